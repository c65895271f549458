package corpus

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sortedKeys returns the keys in order; keys that end in a number are in numeric order.
func sortedKeys[T any](m map[string]T) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		if a[:1] == b[:1] && len(a) != len(b) && numbered(a) && numbered(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
}

// numbered reports whether the key is a letter and a number, like the keys of tables.
func numbered(key string) bool { return strings.Trim(key[1:], "0123456789") == "" }

// A checker finds missing and unused entries of the tables.
type checker struct {
	world *World
	used  map[string]bool
	err   error
}

// check returns an error for each missing entry and each unused one.
func (c *Corpus) check() error {
	k := &checker{world: &c.World, used: make(map[string]bool)}
	k.require(c.World.Format == Format, "format %d is unknown", c.World.Format)
	for i, r := range c.Requests {
		k.require(r.ID == i+1, "request %d has the ID %d", i+1, r.ID)
		k.subject(r.Subject)
		k.resource(r.Resource)
		session := r.Subject != "" && k.err == nil && c.World.Subjects[r.Subject].Kind == "support_session"
		k.require(session == (r.Instant != ""), "request %d: only a support session has an instant", r.ID)
	}
	for role := range c.World.Roles {
		k.require(k.used[role] || c.World.Roles[role].Account == "", "role %s is not used", role)
	}
	k.allUsed(sortedKeys(c.World.Accounts), sortedKeys(c.World.Grants), sortedKeys(c.World.Subjects), sortedKeys(c.World.Resources))
	return k.err
}

func (k *checker) require(holds bool, format string, args ...any) {
	if !holds {
		k.err = errors.Join(k.err, fmt.Errorf(format, args...))
	}
}

func (k *checker) allUsed(tables ...[]string) {
	for _, key := range slices.Concat(tables...) {
		k.require(k.used[key], "%s is not used", key)
	}
}

// use marks the key as used, and reports whether it exists and was not used before.
func use[T any](k *checker, table map[string]T, key string) bool {
	if key == "" || k.used[key] {
		return false
	}
	_, exists := table[key]
	k.require(exists, "%s does not exist", key)
	k.used[key] = true
	return exists
}

func (k *checker) subject(key string) {
	if !use(k, k.world.Subjects, key) {
		return
	}
	s := k.world.Subjects[key]
	use(k, k.world.Accounts, s.Account)
	delegate := s.Kind == "delegate"
	k.require((s.Account != "") != delegate, "subject %s has an account, or its principal has it", key)
	k.require((s.Principal != "") == delegate && (s.Actor != nil) == delegate, "subject %s: only a delegate has a principal and an actor", key)
	k.require(slices.Contains([]string{"agent", "shared_agent", "customer", "delegate", "crm_user", "support_session"}, s.Kind), "subject %s is a %q", key, s.Kind)
	k.subject(s.Principal)
	k.require((s.CRM != nil) == (s.Kind == "shared_agent" || s.Kind == "crm_user"), "subject %s: only a shared agent or a CRM user has a CRM record", key)
	k.grant(s.Grant)
	for _, b := range s.Bindings {
		use(k, k.world.Roles, b.Role)
	}
}

func (k *checker) grant(key string) {
	if !use(k, k.world.Grants, key) {
		return
	}
	for _, roles := range append(slices.Collect(maps.Values(k.world.Grants[key].Workspaces)), k.world.Grants[key].Roles) {
		for _, role := range roles {
			use(k, k.world.Roles, role)
		}
	}
}

func (k *checker) resource(key string) {
	if !use(k, k.world.Resources, key) {
		return
	}
	r := k.world.Resources[key]
	k.subject(r.Subject)
	k.grant(r.Grant)
	use(k, k.world.Roles, r.Role)
	if r.Binding != nil {
		use(k, k.world.Roles, r.Binding.Role)
	}
}
