//! GET of one item, as it is now; a caller who has that version already is told so instead.

use std::collections::BTreeMap;

use crate::table::{Item, Table, failed, id_in};
use crate::versions::{is_known_to_caller, tag_of};
use crate::web::{Answer, Problem, Refusal, Request, json_answer, json_of};

/// Reads consistently: the tag is what the caller will name when he changes the item.
pub async fn read(table: &Table, request: &Request) -> Result<Answer, Refusal> {
    let id = id_in(request)?;
    let call = table.dynamodb.get_item().table_name(&table.name).set_key(Some(table.key(id))).consistent_read(true);
    let found = call.send().await.map_err(|error| failed(&error))?;
    let item = Item::from_attributes(found.item().ok_or_else(Problem::not_found)?)?;
    let mut answer = if is_known_to_caller(request, item.version) {
        let headers = BTreeMap::from([("cache-control", "no-cache".to_owned())]);
        Answer { status: 304, headers, ..Answer::default() }
    } else {
        json_answer(200, json_of(&item))
    };
    answer.headers.insert("etag", tag_of(item.version));
    Ok(Answer { about: Some(item.id), ..answer })
}
