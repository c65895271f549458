# The rules that the questions test. The scope at which a person holds an action in a
# workspace is a number: 0 none, 1 assigned or own resources, 2 the person's groups,
# 3 both, 4 everything. On tickets, 1 is what a shared agent reaches at any ticket scope.
# The host queries the question's rule by name, and passes all
# facts in the input.
package desk

held := input.who.held[input.slot]

agent if held == 4

agent if {
	held >= 2
	input.groups[input.on.group]
}

agent if {
	held != 2
	held > 0
	input.on.holder == input.who.id
}

own if {
	input.on.owner == input.who.id
	agent
}

custom if {
	not input.on.builtIn
	agent
}

engineer if {
	lives
	agent
}

own_engineer if {
	lives
	own
}

# While the support grant is active.
lives if {
	input.now >= input.who.from
	input.now < input.who.until
}

# Tickets and shared agents.
shared if held == 4

shared if {
	held > 0
	input.groups[input.on.group]
}

shared if {
	held != 2
	held > 0
	input.on.mentions[input.who.id]
}

shared if {
	held != 2
	held > 0
	seen
}

own_shared if {
	input.on.owner == input.who.id
	shared
}

# Contacts and shared agents.
view_contact if {
	held > 0
	seen
}

edit_contact if {
	held > 0
	editable
}

# Actions forbidden to the kind of subject, and resources of another account.
never := false

# The customers that a shared agent sees in the CRM.
seen if {
	input.who.crm == 3
	input.contact.id
}

seen if {
	input.who.crm > 0
	input.contact.owner == input.who.id
}

seen if {
	input.who.crm == 2
	input.who.territories[input.contact.territory]
}

seen if {
	input.who.crm > 0
	input.contact.team[input.who.id]
}

seen if input.who.visible[input.contact.id]

editable if input.who.crm == 3

editable if {
	input.who.crm > 0
	input.contact.owner == input.who.id
}

editable if {
	input.who.crm == 2
	input.who.territories[input.contact.territory]
}

editable if {
	input.who.crm > 0
	input.contact.team[input.who.id] == "edit"
}

editable if input.who.visible[input.contact.id] == "edit"

# The recipient can be assigned the ticket.
take if held == 4

take if held == 1

take if {
	held > 0
	input.who.edits[input.on.group]
}

take if {
	held > 0
	not input.who.views[input.on.group]
}
