package deskpolicy_test

import (
	"fmt"
	"reflect"
	"testing"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// A typeCase is one of the library's resource types, for tests that cover all of them.
type typeCase struct {
	prototype Resource
	read      func(*byteSource) asked        // reads a resource from bytes
	missing   func(*testing.T)               // tests a nil pointer to the type
	nothing   func(worlds.Question) Decision // asks about a nil pointer
}

// typeOf returns the case of type R.
func typeOf[R Resource, P pointerTo[R]](prototype R, read func(*byteSource) asked) typeCase {
	return typeCase{prototype, read, missing[P], func(b worlds.Question) Decision { return wrap(b, new(P)) }}
}

type pointerTo[R Resource] interface {
	*R
	Resource
}

// plainTypeOf returns the case of a plain type, whose fields are IDs only.
func plainTypeOf[R Resource, P pointerTo[R]]() typeCase {
	var prototype R
	return typeOf[R, P](prototype, func(t *byteSource) asked {
		r := readPlain[R](t)
		return askListed(t, r, r.Attributes().Account)
	})
}

// readPlain reads the fields of a plain resource in order.
func readPlain[R Resource](t *byteSource) (r R) {
	for field := range fieldsOf(&r) {
		switch id := field.(type) {
		case *AccountID:
			*id = t.accountID()
		case *WorkspaceID:
			*id = t.workspace()
		case *GroupID:
			*id = t.group()
		case *AgentID:
			*id = t.person()
		default:
			panic(fmt.Sprintf("%T is not plain: it has a %T", r, field))
		}
	}
	return r
}

// fieldsOf yields pointers to the fields of the struct.
func fieldsOf(pointer any) func(yield func(any) bool) {
	return func(yield func(any) bool) {
		fields := reflect.ValueOf(pointer).Elem()
		for i := range fields.NumField() {
			if !yield(fields.Field(i).Addr().Interface()) {
				return
			}
		}
	}
}

// everyType has a case for each of the library's resource types. Add a new type at the
// end, so that the bytes of the fuzz seeds keep their meaning.
var everyType = []typeCase{
	typeOf(Ticket{}, func(t *byteSource) asked { r := t.ticket(); return askListed(t, r, r.Account) }),
	typeOf(TicketPair{}, func(t *byteSource) asked {
		r := TicketPair{t.ticket(), t.ticket()}
		return askOf(t, r, r.From.Account, r.Into.Account)
	}),
	typeOf(TicketAssignment{Group: AgentGroup{"billing", "acme"}}, func(t *byteSource) asked {
		to, r := t.subject(), TicketAssignment{Ticket: t.ticket(), Group: t.team()}
		r.To = to.subject
		return askOf(t, r, handedOver(r.Ticket.Account, to, r.Group)...)
	}),
	typeOf(Note{}, func(t *byteSource) asked { r := Note{t.ticket(), t.person()}; return askListed(t, r, r.Ticket.Account) }),
	typeOf(TimeEntry{}, func(t *byteSource) asked {
		r := TimeEntry{t.ticket(), t.person()}
		return askListed(t, r, r.Ticket.Account)
	}),
	typeOf(Conversation{}, func(t *byteSource) asked { r := t.conversation(); return askListed(t, r, r.Account) }),
	typeOf(ConversationAssignment{Group: AgentGroup{"billing", "acme"}}, func(t *byteSource) asked {
		to, r := t.subject(), ConversationAssignment{Conversation: t.conversation(), Group: t.team()}
		r.To = to.subject
		return askOf(t, r, handedOver(r.Conversation.Account, to, r.Group)...)
	}),
	plainTypeOf[Channel](),
	plainTypeOf[CannedResponse](),
	plainTypeOf[TicketList](),
	plainTypeOf[Article](),
	plainTypeOf[FAQ](),
	plainTypeOf[Topic](),
	typeOf(Contact{ID: "1"}, func(t *byteSource) asked { r := t.contact(); return askListed(t, r, r.Account) }),
	typeOf(ContactPair{}, func(t *byteSource) asked {
		r := ContactPair{t.contact(), t.contact()}
		return askOf(t, r, r.From.Account, r.Into.Account)
	}),
	typeOf(Company{}, func(t *byteSource) asked {
		r := Company{ID: t.companyID(), Account: t.accountID(), Owner: t.person(), CRM: t.record()}
		return askListed(t, r, r.Account)
	}),
	plainTypeOf[Campaign](),
	plainTypeOf[Report](),
	plainTypeOf[Dashboard](),
	plainTypeOf[App](),
	plainTypeOf[Settings](),
	plainTypeOf[Workspace](),
	typeOf(Account{}, func(t *byteSource) asked { r := t.account(); return askListed(t, r, r.ID) }),
	plainTypeOf[AgentProfile](),
	typeOf(*bob(), func(t *byteSource) asked { return askSomebody[Agent](t) }),
	typeOf(*sam(), func(t *byteSource) asked { return askSomebody[SharedAgent](t) }),
	typeOf(RoleAssignment{bob(wide(historyRole("Nothing"), ScopeGlobal)), wide(historyRole("Nothing"), ScopeGlobal)}, func(t *byteSource) asked {
		to, b := t.subject(), t.binding()
		return askOf(t, RoleAssignment{to.subject, b}, to.account)
	}),
	typeOf(GroupMembership{Member: bob(), Group: AgentGroup{"billing", "acme"}}, func(t *byteSource) asked {
		of, r := t.subject(), GroupMembership{Group: t.team(), Access: t.access()}
		r.Member = of.subject
		return askOf(t, r, of.account, r.Group.Account)
	}),
	typeOf(Role{}, func(t *byteSource) asked {
		role := t.role()
		if role.BuiltIn() {
			return askOf(t, role)
		}
		return askOf(t, role, role.Account())
	}),
	typeOf(SupportGrant{}, func(t *byteSource) asked { g, _ := t.grant(); return askOf(t, g, g.Account()) }),
}

// prototypes has a resource of each of the library's types.
var prototypes = func() (all []Resource) {
	for _, c := range everyType {
		all = append(all, c.prototype)
	}
	return all
}()
