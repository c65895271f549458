// Package cedaroracle asks Cedar what the policy says. Its tests draw requests,
// decide them by [deskpolicy.Authorize], and ask a Cedar engine the same with what
// package cedarexport writes: policies, schema, entities and questions. Two
// programs that share no code have to agree on every one.
package cedaroracle
