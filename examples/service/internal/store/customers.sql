SELECT 'customer' AS part, id AS a, name AS b, COALESCE(company_id, '') AS c, COALESCE(owner_id, '') AS d, COALESCE(crm_owner, '') AS e, COALESCE(crm_territory, '') AS f
FROM portal
UNION ALL
SELECT 'deactivated', id, '', '', '', '', '' FROM portal WHERE deactivated
UNION ALL
SELECT 'team', m.contact_id, m.user_id, m.access, '', '', ''
FROM crm_teams m JOIN portal ON m.account_id = portal.account_id AND m.contact_id = portal.id
UNION ALL
SELECT 'customer_binding', b.contact_id, b.role, b.workspace_id, '', b.ticket_scope, ''
FROM customer_bindings b JOIN portal ON b.account_id = portal.account_id AND b.contact_id = portal.id
