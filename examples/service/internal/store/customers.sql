WITH who AS (
	SELECT c.*, u.deactivated FROM contacts c JOIN customers u ON u.account_id = c.account_id AND u.contact_id = c.id
	WHERE c.account_id = $1 AND {contacts}
)
SELECT 'customer' AS part, id AS a, name AS b, COALESCE(company_id, '') AS c, COALESCE(owner_id, '') AS d, COALESCE(crm_owner, '') AS e, COALESCE(crm_territory, '') AS f
FROM who
UNION ALL
SELECT 'deactivated', id, '', '', '', '', '' FROM who WHERE deactivated
UNION ALL
SELECT 'team', m.contact_id, m.user_id, m.access, '', '', ''
FROM crm_teams m JOIN who ON m.account_id = who.account_id AND m.contact_id = who.id
UNION ALL
SELECT 'customer_binding', b.contact_id, b.role, b.workspace_id, '', b.ticket_scope, ''
FROM customer_bindings b JOIN who ON b.account_id = who.account_id AND b.contact_id = who.id
