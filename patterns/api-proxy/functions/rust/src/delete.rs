//! DELETE of one item; with If-Match, only if nobody else has changed it meanwhile.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::AttributeValue::N;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;

use crate::table::{Table, change_failed, id_in};
use crate::versions::expected_version;
use crate::web::{Answer, Refusal, Request};

/// Deletes what is there; a second time there is nothing to delete, and the caller is told.
pub async fn delete(table: &Table, request: &Request) -> Result<Answer, Refusal> {
    let expected = expected_version(request)?;
    let id = id_in(request)?;
    let call = table
        .dynamodb
        .delete_item()
        .table_name(&table.name)
        .set_key(Some(table.key(id)))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    let call = match expected {
        None => call.condition_expression("attribute_exists(id)"),
        Some(version) => call
            .condition_expression("attribute_exists(id) AND #version = :expected")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":expected", N(version.to_string())),
    };
    call.send().await.map_err(|error| {
        change_failed(&error, |error| match error {
            DeleteItemError::ConditionalCheckFailedException(failed) => Some(failed),
            _ => None,
        })
    })?;
    Ok(Answer { status: 204, about: Some(id.to_owned()), ..Answer::default() })
}
