package main

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A contactNote is a note about a contact. The library has no such type. It is never assigned, so
// [deskpolicy.Assigned] asks about its owner.
type contactNote struct {
	account deskpolicy.AccountID
	author  deskpolicy.AgentID
}

// Attributes implements [deskpolicy.Resource].
func (n contactNote) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: n.account, Owner: n.author}
}

// The product's actions that the library does not have.
const (
	ContactNoteRead   deskpolicy.Action[contactNote] = deskpolicy.FirstHostView
	ContactNoteWrite  deskpolicy.Action[contactNote] = deskpolicy.FirstHostEdit + iota
	ContactNoteDelete deskpolicy.Action[contactNote] = deskpolicy.FirstHostEdit + iota

	MessageWriteAsContact deskpolicy.Action[deskpolicy.Ticket] = deskpolicy.FirstHostEdit + iota

	StatusManage               deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
	TagsManage                 deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
	WebhooksManage             deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
	ContextLinksManage         deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
	TemplatesManage            deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
	BusinessHoursManage        deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
	NotificationSettingsManage deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
	OIDCManage                 deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
	AIManage                   deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
	CustomAttributesManage     deskpolicy.Action[deskpolicy.Settings] = deskpolicy.FirstHostEdit + iota
)

// vocabulary has the product's names for them.
var vocabulary = mustName(
	deskpolicy.NewHostAction(ContactNoteRead, "contact_note.read"),
	deskpolicy.NewHostAction(ContactNoteWrite, "contact_note.write"),
	deskpolicy.NewHostAction(ContactNoteDelete, "contact_note.delete"),
	deskpolicy.NewHostAction(MessageWriteAsContact, "message.write_as_contact"),
	deskpolicy.NewHostAction(StatusManage, "status.manage"),
	deskpolicy.NewHostAction(TagsManage, "tags.manage"),
	deskpolicy.NewHostAction(WebhooksManage, "webhooks.manage"),
	deskpolicy.NewHostAction(ContextLinksManage, "context_links.manage"),
	deskpolicy.NewHostAction(TemplatesManage, "templates.manage"),
	deskpolicy.NewHostAction(BusinessHoursManage, "business_hours.manage"),
	deskpolicy.NewHostAction(NotificationSettingsManage, "notification_settings.manage"),
	deskpolicy.NewHostAction(OIDCManage, "oidc.manage"),
	deskpolicy.NewHostAction(AIManage, "ai.manage"),
	deskpolicy.NewHostAction(CustomAttributesManage, "custom_attributes.manage"),
)

func mustName(actions ...deskpolicy.HostAction) *deskpolicy.Vocabulary {
	v, err := deskpolicy.NewVocabulary(actions...)
	if err != nil {
		panic(err)
	}
	return v
}

// newRole returns a role that is named by the product's roles with these names: "Agent, Team lead".
// Where the policy refuses that name, as one of over 100 characters, the role has their hash. If there
// is no such role, it logs why and returns the zero Role.
func newRole(account deskpolicy.AccountID, names []string, permissions deskpolicy.Permissions) deskpolicy.Role {
	role, err := deskpolicy.NewRole(account, joined(names), permissions, vocabulary)
	if err != nil {
		role, err = deskpolicy.NewRole(account, hashed(names), permissions, vocabulary)
	}
	if err != nil {
		slog.Error("role", "names", names, "error", err)
	}
	return role
}

// joined returns the names in one, as no other set of names has it: their hash, if one has a comma.
func joined(names []string) string {
	if name := strings.Join(names, ", "); strings.Count(name, ",") < len(names) {
		return name
	}
	return hashed(names)
}

// hashed returns the hash of the names. Joined names have a space after each comma, so none look like it.
func hashed(names []string) string {
	return fmt.Sprintf("roles,%.16x", sha256.Sum256(fmt.Appendf(nil, "%q", names)))
}

// allPermissions returns the names of all of the product's permissions.
func allPermissions() (names []string) {
	for _, row := range table {
		names = append(names, row.permission)
	}
	return names
}
