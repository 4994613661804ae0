//! What a webhook does here: one item in a table. It knows nothing of queues, and takes place once per webhook.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use jiff::Timestamp;

use crate::webhook::Webhook;

/// The table did not answer, or not as it should. The webhook may have taken effect nevertheless.
#[derive(Debug, thiserror::Error)]
#[error("dynamodb:UpdateItem failed: {0}")]
pub struct EffectError(String);

/// The table of effects.
#[derive(Clone, Debug)]
pub struct Effects {
    pub dynamodb: Client,
    pub table: String,
}

impl Effects {
    /// Writes the item unless it is there; says whether it was this call that wrote it.
    ///
    /// The queue delivers at least once, and senders send again what they are not sure of. The condition makes both
    /// harmless. `times` counts how often the effect took place: more than 1 would tell that the condition is gone.
    pub async fn take(&self, webhook: &Webhook, message: &str) -> Result<bool, EffectError> {
        let request = self
            .dynamodb
            .update_item()
            .table_name(&self.table)
            .key("id", S(webhook.id.clone()))
            .condition_expression("attribute_not_exists(#id)")
            .update_expression("SET #type = :type, #amount = :amount, #message = :message, #at = :at ADD #times :one")
            .expression_attribute_values(":type", S(webhook.kind.clone()))
            .expression_attribute_values(":amount", N(webhook.amount.to_string()))
            .expression_attribute_values(":message", S(message.to_owned()))
            .expression_attribute_values(":at", S(format!("{:.3}", Timestamp::now())))
            .expression_attribute_values(":one", N("1".to_owned()));
        let request = ["id", "type", "amount", "message", "at", "times"]
            .iter()
            .fold(request, |request, name| request.expression_attribute_names(format!("#{name}"), *name));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) if took_place_before(&error) => Ok(false),
            Err(error) => Err(EffectError(DisplayErrorContext(&error).to_string())),
        }
    }
}

fn took_place_before<R>(error: &SdkError<UpdateItemError, R>) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}
