//! PUT of one item: replaces its content, if nobody else has changed it meanwhile.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};

use crate::content::{Content, checked};
use crate::table::{Attributes, Item, Table, change_failed, id_in, now};
use crate::versions::{expected_version, require_if_match, tag_of};
use crate::web::{Answer, Refusal, Request, json_answer, json_of, parsed, require_json};

/// Writes only over the version that the caller has seen; DynamoDB compares and writes in one step.
pub async fn update(table: &Table, request: &Request) -> Result<Answer, Refusal> {
    require_json(request)?;
    require_if_match(request)?;
    let expected = expected_version(request)?;
    let content = checked(&parsed(request)?)?;
    let id = id_in(request)?;
    let replacement = Replacement::of(content, expected);
    let mut call = table
        .dynamodb
        .update_item()
        .table_name(&table.name)
        .set_key(Some(table.key(id)))
        .update_expression(replacement.update)
        .condition_expression(replacement.condition)
        .set_expression_attribute_values(Some(replacement.values))
        .return_values(ReturnValue::AllNew)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    for name in ["id", "title", "note", "quantity", "version", "updated_at"] {
        call = call.expression_attribute_names(format!("#{name}"), name);
    }
    let written = call.send().await.map_err(|error| {
        change_failed(&error, |error| match error {
            UpdateItemError::ConditionalCheckFailedException(failed) => Some(failed),
            _ => None,
        })
    })?;
    let item = Item::from_attributes(written.attributes().unwrap_or(&Attributes::new()))?;
    let mut answer = json_answer(200, json_of(&item));
    answer.headers.insert("etag", tag_of(item.version));
    Ok(Answer { about: Some(item.id), ..answer })
}

/// What sets the given members, removes the others, and counts the version up.
#[derive(Debug, PartialEq)]
struct Replacement {
    update: String,
    condition: &'static str,
    values: Attributes,
}

impl Replacement {
    fn of(content: Content, expected: Option<i64>) -> Self {
        let members = [
            ("title", Some(S(content.title))),
            ("note", content.note.map(S)),
            ("quantity", content.quantity.map(|quantity| N(quantity.to_string()))),
            ("updated_at", Some(S(now()))),
        ];
        let mut sets = vec!["#version = #version + :one".to_owned()];
        let mut removes = Vec::new();
        let mut values = Attributes::from([(":one".to_owned(), N("1".to_owned()))]);
        for (name, value) in members {
            if let Some(value) = value {
                sets.push(format!("#{name} = :{name}"));
                values.insert(format!(":{name}"), value);
            } else {
                removes.push(format!("#{name}"));
            }
        }
        let mut update = format!("SET {}", sets.join(", "));
        if !removes.is_empty() {
            update = format!("{update} REMOVE {}", removes.join(", "));
        }
        let mut condition = "attribute_exists(#id)";
        if let Some(version) = expected {
            condition = "attribute_exists(#id) AND #version = :expected";
            values.insert(":expected".to_owned(), N(version.to_string()));
        }
        Self { update, condition, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_is_removed() {
        let content = Content { note: None, quantity: Some(2), title: "a".to_owned() };
        let replacement = Replacement::of(content, None);
        let update = "SET #version = #version + :one, #title = :title, #quantity = :quantity, \
                      #updated_at = :updated_at REMOVE #note";
        assert_eq!((replacement.update.as_str(), replacement.condition), (update, "attribute_exists(#id)"));
        assert_eq!(replacement.values.get(":quantity"), Some(&N("2".to_owned())));
    }

    #[test]
    fn the_version_seen_is_part_of_the_condition() {
        let content = Content { note: Some("n".to_owned()), quantity: Some(2), title: "a".to_owned() };
        let replacement = Replacement::of(content, Some(7));
        assert!(!replacement.update.contains("REMOVE"));
        assert_eq!(replacement.condition, "attribute_exists(#id) AND #version = :expected");
        assert_eq!(replacement.values.get(":expected"), Some(&N("7".to_owned())));
    }
}
