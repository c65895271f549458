package main

import "strings"

// A hand holds the statements that an expert on PostgreSQL and this data would write
// by hand for one kind of agent. $1 is always the account; the other arguments depend
// on the kind. In pages, {after} is the place of the cursor's condition.
type hand struct{ page, count, countUpTo string }

// capped counts the rows that another query finds, up to 1,001.
func capped(rows string) string { return "SELECT count(*) FROM (" + rows + " LIMIT 1001) t" }

var everything = hand{
	page: `
SELECT id, updated_at, subject FROM tickets
WHERE account_id = $1 AND workspace_id = $2 {after}
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count:     `SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2`,
	countUpTo: capped(`SELECT FROM tickets WHERE account_id = $1 AND workspace_id = $2`),
}

// PostgreSQL does not treat IS NULL as a constant: it uses the order of the index only
// if ORDER BY has the workspace too.
var everythingOutside = hand{
	page: `
SELECT id, updated_at, subject FROM tickets
WHERE account_id = $1 AND workspace_id IS NULL {after}
ORDER BY workspace_id, updated_at DESC, id DESC LIMIT 50`,
	count:     `SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id IS NULL`,
	countUpTo: capped(`SELECT FROM tickets WHERE account_id = $1 AND workspace_id IS NULL`),
}

var everythingInTwo = hand{
	page: `
SELECT id, updated_at, subject FROM (
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $3 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
) t
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count:     `SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id IN ($2, $3)`,
	countUpTo: capped(`SELECT FROM tickets WHERE account_id = $1 AND workspace_id IN ($2, $3)`),
}

// PostgreSQL merges ordered clauses that have no rows in common as it reads them.
var oneGroup = hand{
	page: `
SELECT id, updated_at, subject FROM (
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $3 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $4 AND group_id IS DISTINCT FROM $3 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
) t
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count: `
SELECT (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $3)
     + (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $4 AND group_id IS DISTINCT FROM $3)`,
	countUpTo: capped(`
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $3)
UNION ALL
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $4 AND group_id IS DISTINCT FROM $3)`),
}

var twoGroups = hand{
	page: `
SELECT id, updated_at, subject FROM (
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $3 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $4 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $5 AND (group_id IN ($3, $4)) IS NOT TRUE {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
) t
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count: `
SELECT (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($3, $4))
     + (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $5 AND (group_id IN ($3, $4)) IS NOT TRUE)`,
	countUpTo: capped(`
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($3, $4))
UNION ALL
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $5 AND (group_id IN ($3, $4)) IS NOT TRUE)`),
}

var threeGroups = hand{
	page: `
SELECT id, updated_at, subject FROM (
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $3 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $4 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $5 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $6 AND (group_id IN ($3, $4, $5)) IS NOT TRUE {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
) t
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count: `
SELECT (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($3, $4, $5))
     + (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $6 AND (group_id IN ($3, $4, $5)) IS NOT TRUE)`,
	countUpTo: capped(`
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($3, $4, $5))
UNION ALL
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $6 AND (group_id IN ($3, $4, $5)) IS NOT TRUE)`),
}

var threeGroupsOutside = hand{
	page: `
SELECT id, updated_at, subject FROM (
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id IS NULL AND group_id = $2 {after} ORDER BY workspace_id, updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id IS NULL AND group_id = $3 {after} ORDER BY workspace_id, updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id IS NULL AND group_id = $4 {after} ORDER BY workspace_id, updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id IS NULL AND assignee_id = $5 AND (group_id IN ($2, $3, $4)) IS NOT TRUE {after} ORDER BY workspace_id, updated_at DESC, id DESC LIMIT 50)
) t
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count: `
SELECT (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id IS NULL AND group_id IN ($2, $3, $4))
     + (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id IS NULL AND assignee_id = $5 AND (group_id IN ($2, $3, $4)) IS NOT TRUE)`,
	countUpTo: capped(`
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id IS NULL AND group_id IN ($2, $3, $4))
UNION ALL
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id IS NULL AND assignee_id = $5 AND (group_id IN ($2, $3, $4)) IS NOT TRUE)`),
}

// For lists that are too long to write out, and for values with many rows or few.
var manyGroups = hand{
	page: `
SELECT t.id, t.updated_at, t.subject FROM (
	(SELECT r.* FROM unnest($3::bigint[]) g (id) CROSS JOIN LATERAL (
		SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = g.id {after} ORDER BY updated_at DESC, id DESC LIMIT 50
	) r ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION
	(SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $4 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	ORDER BY updated_at DESC, id DESC LIMIT 50
) k JOIN tickets t ON t.id = k.id
ORDER BY k.updated_at DESC, k.id DESC`,
	count: `
SELECT (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = ANY($3::bigint[]))
     + (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $4 AND (group_id = ANY($3::bigint[])) IS NOT TRUE)`,
	countUpTo: capped(`
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = ANY($3::bigint[]))
UNION ALL
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $4 AND (group_id = ANY($3::bigint[])) IS NOT TRUE)`),
}

var assigned = hand{
	page: `
SELECT id, updated_at, subject FROM tickets
WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $3 {after}
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count:     `SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $3`,
	countUpTo: capped(`SELECT FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id = $3`),
}

var twoQueues = hand{
	page: `
SELECT id, updated_at, subject FROM (
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $3 AND assignee_id IS NULL {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $4 AND assignee_id IS NULL {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
) t
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count:     `SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($3, $4) AND assignee_id IS NULL`,
	countUpTo: capped(`SELECT FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($3, $4) AND assignee_id IS NULL`),
}

var threeQueues = hand{
	page: `
SELECT id, updated_at, subject FROM (
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $3 AND assignee_id IS NULL {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $4 AND assignee_id IS NULL {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $5 AND assignee_id IS NULL {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
) t
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count:     `SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($3, $4, $5) AND assignee_id IS NULL`,
	countUpTo: capped(`SELECT FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($3, $4, $5) AND assignee_id IS NULL`),
}

var unassigned = hand{
	page: `
SELECT id, updated_at, subject FROM tickets
WHERE account_id = $1 AND workspace_id = $2 AND assignee_id IS NULL {after}
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count:     `SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id IS NULL`,
	countUpTo: capped(`SELECT FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND assignee_id IS NULL`),
}

const participatingIn = `SELECT ticket_id FROM participants WHERE account_id = $1 AND agent_id = $3 AND access IN ('view', 'edit')`

var participating = hand{
	page: `
SELECT id, updated_at, subject FROM tickets
WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + participatingIn + `)) {after}
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count:     `SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + participatingIn + `))`,
	countUpTo: capped(`SELECT FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + participatingIn + `))`),
}

const mentionedIn = `SELECT ticket_id FROM mentions WHERE account_id = $1 AND agent_id = $4`

// A few contacts have few tickets, so whole rows are read at once.
var fewContactsOrMentioned = hand{
	page: `
SELECT DISTINCT ON (updated_at, id) id, updated_at, subject FROM (
	(SELECT r.* FROM unnest($3::bigint[]) c (id) CROSS JOIN LATERAL (
		SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = c.id {after} ORDER BY updated_at DESC, id DESC LIMIT 50
	) r)
	UNION ALL
	(SELECT id, updated_at, subject FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + mentionedIn + `)) {after})
) t
ORDER BY updated_at DESC, id DESC LIMIT 50`,
	count:     contactsOrMentioned.count,
	countUpTo: contactsOrMentioned.countUpTo,
}

var contactsOrMentioned = hand{
	page: `
SELECT t.id, t.updated_at, t.subject FROM (
	(SELECT r.* FROM unnest($3::bigint[]) c (id) CROSS JOIN LATERAL (
		SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = c.id {after} ORDER BY updated_at DESC, id DESC LIMIT 50
	) r ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION
	(SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + mentionedIn + `)) {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	ORDER BY updated_at DESC, id DESC LIMIT 50
) k JOIN tickets t ON t.id = k.id
ORDER BY k.updated_at DESC, k.id DESC`,
	count: `
SELECT (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = ANY($3::bigint[]))
     + (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + mentionedIn + `)) AND requester_id NOT IN (SELECT unnest($3::bigint[])))`,
	countUpTo: capped(`
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = ANY($3::bigint[]))
UNION ALL
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + mentionedIn + `)) AND requester_id NOT IN (SELECT unnest($3::bigint[])))`),
}

// For very many contacts or mentions, the newest 4,000 tickets of all usually contain
// the 50 of the page. A lookup of each contact takes much longer, and is done only if
// they do not.
var newestContactsOrMentioned = hand{
	page:      newestFirst(`requester_id IN (SELECT unnest($3::bigint[])) OR id IN (`+mentionedIn+`)`, contactsOrMentioned.page),
	count:     contactsOrMentioned.count,
	countUpTo: contactsOrMentioned.countUpTo,
}

// newestFirst returns the page of the rows that meet the condition among the newest
// or, if they do not fill the page, of the lookup.
func newestFirst(condition, lookUp string) string {
	return `
WITH hits AS MATERIALIZED (
	SELECT id, updated_at, subject FROM (
		SELECT id, updated_at, subject, ` + condition + ` AS hit
		FROM tickets WHERE account_id = $1 AND workspace_id = $2 {after} ORDER BY updated_at DESC, id DESC LIMIT 4000
	) t WHERE hit ORDER BY updated_at DESC, id DESC LIMIT 50
)
SELECT id, updated_at, subject FROM (
	SELECT * FROM hits WHERE (SELECT count(*) FROM hits) = 50
	UNION ALL
	SELECT * FROM (` + lookUp + `) l WHERE (SELECT count(*) FROM hits) < 50
) p ORDER BY updated_at DESC, id DESC`
}

// contactsOrInArray finds mentions through the index on the array.
var contactsOrInArray = hand{
	page: `
SELECT t.id, t.updated_at, t.subject FROM (
	(SELECT r.* FROM unnest($3::bigint[]) c (id) CROSS JOIN LATERAL (
		SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = c.id {after} ORDER BY updated_at DESC, id DESC LIMIT 50
	) r ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION
	(SELECT id, updated_at FROM (SELECT * FROM tickets WHERE mentioned @> ARRAY[$4::bigint] OFFSET 0) m WHERE account_id = $1 AND workspace_id = $2 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	ORDER BY updated_at DESC, id DESC LIMIT 50
) k JOIN tickets t ON t.id = k.id
ORDER BY k.updated_at DESC, k.id DESC`,
	count: `
SELECT (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = ANY($3::bigint[]))
     + (SELECT count(*) FROM (SELECT * FROM tickets WHERE mentioned @> ARRAY[$4::bigint] OFFSET 0) m WHERE account_id = $1 AND workspace_id = $2 AND requester_id NOT IN (SELECT unnest($3::bigint[])))`,
	countUpTo: capped(`
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = ANY($3::bigint[]))
UNION ALL
(SELECT id FROM (SELECT * FROM tickets WHERE mentioned @> ARRAY[$4::bigint] OFFSET 0) m WHERE account_id = $1 AND workspace_id = $2 AND requester_id NOT IN (SELECT unnest($3::bigint[])))`),
}

var contactsGroupsOrMentioned = hand{
	page: `
SELECT t.id, t.updated_at, t.subject FROM (
	(SELECT r.* FROM unnest($3::bigint[]) c (id) CROSS JOIN LATERAL (
		SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = c.id {after} ORDER BY updated_at DESC, id DESC LIMIT 50
	) r ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION
	(SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + mentionedIn + `)) {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION
	(SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $5 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION
	(SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id = $6 {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	ORDER BY updated_at DESC, id DESC LIMIT 50
) k JOIN tickets t ON t.id = k.id
ORDER BY k.updated_at DESC, k.id DESC`,
	count: `
SELECT (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($5, $6))
     + (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = ANY($3::bigint[]) AND (group_id IN ($5, $6)) IS NOT TRUE)
     + (SELECT count(*) FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + mentionedIn + `)) AND (group_id IN ($5, $6)) IS NOT TRUE AND requester_id NOT IN (SELECT unnest($3::bigint[])))`,
	countUpTo: capped(`
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND group_id IN ($5, $6))
UNION ALL
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = ANY($3::bigint[]) AND (group_id IN ($5, $6)) IS NOT TRUE)
UNION ALL
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + mentionedIn + `)) AND (group_id IN ($5, $6)) IS NOT TRUE AND requester_id NOT IN (SELECT unnest($3::bigint[])))`),
}

const inTerritory = `SELECT id FROM contacts WHERE account_id = $1 AND territory_id = $3
		UNION SELECT id FROM contacts WHERE account_id = $1 AND owner_id = $5
		UNION SELECT contact_id FROM team WHERE account_id = $1 AND user_id = $5`

var territoryOrMentioned = hand{
	page: newestFirst(`requester_id IN (
		`+inTerritory+`
		) OR id IN (`+mentionedIn+`)`, `
SELECT t.id, t.updated_at, t.subject FROM (
	(SELECT r.* FROM unnest(ARRAY(
		`+inTerritory+`
	)) c (id) CROSS JOIN LATERAL (
		SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = c.id {after} ORDER BY updated_at DESC, id DESC LIMIT 50
	) r ORDER BY updated_at DESC, id DESC LIMIT 50)
	UNION
	(SELECT id, updated_at FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(`+mentionedIn+`)) {after} ORDER BY updated_at DESC, id DESC LIMIT 50)
	ORDER BY updated_at DESC, id DESC LIMIT 50
) k JOIN tickets t ON t.id = k.id
ORDER BY k.updated_at DESC, k.id DESC`),
	count: `
SELECT (SELECT count(*) FROM tickets t JOIN (
		` + inTerritory + `
	) c ON t.requester_id = c.id WHERE t.account_id = $1 AND t.workspace_id = $2)
     + (SELECT count(*) FROM tickets t WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + mentionedIn + `))
		AND NOT EXISTS (SELECT FROM contacts c WHERE c.id = t.requester_id AND c.account_id = $1 AND (c.territory_id = $3 OR c.owner_id = $5))
		AND NOT EXISTS (SELECT FROM team m WHERE m.account_id = $1 AND m.contact_id = t.requester_id AND m.user_id = $5))`,
	countUpTo: capped(`
(SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND id = ANY(ARRAY(` + mentionedIn + `)))
UNION ALL
(SELECT t.id FROM (
	SELECT id FROM contacts WHERE account_id = $1 AND territory_id = $3
	UNION ALL SELECT id FROM contacts WHERE account_id = $1 AND owner_id = $5 AND territory_id <> $3
	UNION ALL SELECT id FROM team m JOIN contacts c ON c.id = m.contact_id WHERE m.account_id = $1 AND m.user_id = $5 AND c.account_id = $1 AND c.owner_id <> $5 AND c.territory_id <> $3
) c CROSS JOIN LATERAL (
	SELECT id FROM tickets WHERE account_id = $1 AND workspace_id = $2 AND requester_id = c.id LIMIT 1001
) t WHERE t.id NOT IN (` + mentionedIn + `))`),
}

// after returns the page with the cursor's condition.
func (h hand) after(condition string) string { return strings.ReplaceAll(h.page, "{after}", condition) }
