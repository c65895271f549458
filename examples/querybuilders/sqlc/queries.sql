-- name: OpenTickets :many
SELECT id FROM tickets
WHERE status = 'open' AND tickets.account_id = @account AND (
      COALESCE(workspace_id, '') = ANY (@everything_in::text[])
   OR COALESCE(workspace_id, '') = ANY (@groups_in::text[])    AND group_id = ANY (@groups::text[])
   OR COALESCE(workspace_id, '') = ANY (@assigned_in::text[])  AND assignee_id = @agent::text
   OR COALESCE(workspace_id, '') = ANY (@mentioned_in::text[]) AND EXISTS (
         SELECT 1 FROM ticket_mentions m WHERE m.ticket_id = tickets.id AND m.agent_id = @agent::text)
   OR COALESCE(workspace_id, '') = ANY (@customers_in::text[]) AND EXISTS (
         SELECT 1 FROM contacts c WHERE c.account_id = tickets.account_id AND c.id = tickets.requester_id AND (
            @every_customer::boolean
         OR c.owner = ANY (@customer_owners::text[])
         OR c.territory = ANY (@territories::text[])
         OR c.id = ANY (@contacts::text[])
         OR EXISTS (
               SELECT 1 FROM contact_team m
               WHERE m.account_id = c.account_id AND m.contact_id = c.id
                 AND m.user_id = @member::text AND m.access = ANY (@member_access::text[]))))
   OR @whole_account::boolean
)
ORDER BY updated_at DESC, id DESC;
