WITH me AS ({me}),
who AS (SELECT p.* FROM people p JOIN me ON p.account_id = me.account_id WHERE {people}),
portal AS (SELECT c.*, u.deactivated FROM me JOIN customers u ON u.account_id = me.account_id JOIN contacts c ON c.account_id = u.account_id AND c.id = u.contact_id WHERE {customers})
SELECT 'session' AS part, kind AS a, subject_id AS b, grant_id AS c, '' AS d, '' AS e, '' AS f FROM me
UNION ALL
SELECT 'account', a.id, a.name, a.features, CASE WHEN a.integrated THEN 'yes' ELSE '' END, '', ''
FROM accounts a JOIN me ON a.id = me.account_id
UNION ALL
SELECT 'workspace', w.id, w.name, CASE WHEN w.open THEN 'yes' ELSE '' END, '', '', ''
FROM workspaces w JOIN me ON w.account_id = me.account_id WHERE w.open OR {everything}
UNION ALL
SELECT 'group', g.id, g.name, '', '', '', ''
FROM agent_groups g JOIN me ON g.account_id = me.account_id WHERE {everything}
UNION ALL
SELECT DISTINCT 'administrator', b.person_id, '', '', '', '', ''
FROM bindings b JOIN me ON b.account_id = me.account_id JOIN people p ON p.account_id = b.account_id AND p.id = b.person_id
WHERE b.role = 'Account Administrator' AND b.workspace_id IN ('*', '*open*', '**') AND b.group_id = '' AND b.starts_at IS NULL AND b.ends_at IS NULL AND p.kind = 'agent' AND NOT p.deactivated
UNION ALL
SELECT 'role', r.name, r.permissions, '', '', '', ''
FROM roles r JOIN me ON r.account_id = me.account_id
WHERE {everything} OR me.kind NOT IN ('person', 'key') OR r.name IN (SELECT b.role FROM bindings b JOIN who ON b.account_id = who.account_id AND b.person_id = who.id)
UNION ALL
SELECT 'person', who.id, who.name, who.kind, CASE WHEN who.deactivated THEN 'yes' ELSE '' END, COALESCE(who.crm_user_id, ''), ''
FROM who
UNION ALL
SELECT 'crm_user', u.id, u.sees, u.territory, CASE WHEN u.deactivated THEN 'yes' ELSE '' END, '', ''
FROM crm_users u JOIN who ON u.account_id = who.account_id AND u.id = who.crm_user_id
UNION ALL
SELECT 'binding', b.person_id, b.role, b.workspace_id, b.group_id, b.ticket_scope, COALESCE(CAST(b.starts_at AS TEXT), '') || '/' || COALESCE(CAST(b.ends_at AS TEXT), '')
FROM bindings b JOIN who ON b.account_id = who.account_id AND b.person_id = who.id
UNION ALL
SELECT 'membership', m.person_id, m.group_id, m.access, '', '', ''
FROM memberships m JOIN who ON m.account_id = who.account_id AND m.person_id = who.id
UNION ALL
SELECT 'grant', g.id, g.document, '', '', '', ''
FROM support_grants g JOIN me ON g.account_id = me.account_id WHERE {everything} OR g.id = me.grant_id
UNION ALL
SELECT CASE WHEN k.contact_id IS NULL THEN 'key' ELSE 'customer_key' END, k.id, COALESCE(k.person_id, k.contact_id), k.name, k.permissions, k.workspaces, CAST(k.starts_at AS TEXT) || '/' || CAST(k.ends_at AS TEXT)
FROM api_keys k JOIN me ON k.account_id = me.account_id WHERE {everything} OR me.kind IN ('key', 'customer key') AND k.id = me.grant_id
UNION ALL
{customer rows}
