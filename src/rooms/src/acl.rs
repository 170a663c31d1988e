//! Which servers a room takes anything from (client-server API, "Server Access Control Lists (ACLs) for rooms").

use crate::{RoomError, RoomNum, Rooms};
use ruma::{
    ServerName,
    events::{StateEventType, room::server_acl::RoomServerAclEventContent},
};
use serde::Deserialize;
use serde_json::Value;

/// What is no list counts as an empty one, and what is no text names nobody: a list with a slip in it still holds.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    allow: Value,
    deny: Value,
    allow_ip_literals: Value,
}

impl Content {
    fn rules(&self) -> RoomServerAclEventContent {
        let ip_literals = self.allow_ip_literals.as_bool().unwrap_or(true);
        RoomServerAclEventContent::new(ip_literals, names(&self.allow), names(&self.deny))
    }
}

fn names(list: &Value) -> Vec<String> {
    let names = list.as_array().map(Vec::as_slice).unwrap_or_default();
    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

impl Rooms {
    /// Whether the room's access control list, as it is now, lets this server take part. A room without one lets everybody.
    pub fn acl_allows(&self, room: RoomNum, server: &ServerName) -> Result<bool, RoomError> {
        let Some(acl) = self.current_state(room, &StateEventType::RoomServerAcl, "")? else {
            return Ok(true);
        };
        Ok(acl.content_as::<Content>().unwrap_or_default().rules().is_allowed(server))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::server_name;
    use serde_json::json;

    fn allows(content: Value, server: &ServerName) -> bool {
        serde_json::from_value::<Content>(content).unwrap().rules().is_allowed(server)
    }

    #[test]
    fn names_and_patterns_decide_without_ports() {
        let acl = json!({"allow": ["*"], "deny": ["*.evil.org", "worse.org"], "allow_ip_literals": false});
        assert!(allows(acl.clone(), server_name!("good.org:8448")));
        assert!(!allows(acl.clone(), server_name!("a.evil.org:8448")));
        assert!(!allows(acl.clone(), server_name!("WORSE.org")));
        assert!(!allows(acl, server_name!("1.2.3.4")));
    }

    #[test]
    fn a_list_with_a_slip_still_holds() {
        let acl = json!({"allow": ["*", 5], "deny": [null, "evil.org"], "allow_ip_literals": "no"});
        assert!(allows(acl.clone(), server_name!("1.2.3.4")));
        assert!(!allows(acl, server_name!("evil.org")));
        assert!(!allows(json!({"allow": "*"}), server_name!("good.org")), "no list allows nobody");
        assert!(!allows(json!({}), server_name!("good.org")), "as the specification says");
    }
}
