// Package cedaroracle compares the library with Cedar. Its tests draw requests, decide them
// with [deskpolicy.Authorize], and ask a Cedar engine with the policies, schema, entities
// and questions that package cedarexport writes. The two share no code and must agree on
// every request.
package cedaroracle
