package authzen

import "encoding/json"

// metadata is the metadata of a decision point (9.1.1). It has no capabilities and is not
// signed.
type metadata struct {
	PolicyDecisionPoint string `json:"policy_decision_point"`
	AccessEvaluation    string `json:"access_evaluation_endpoint"`
	AccessEvaluations   string `json:"access_evaluations_endpoint"`
	SearchSubject       string `json:"search_subject_endpoint,omitempty"`
	SearchResource      string `json:"search_resource_endpoint,omitempty"`
	SearchAction        string `json:"search_action_endpoint"`
}

// route sets the endpoints below the path of the URL. A search for what no type can list is
// not served, and not in the metadata.
func (h *handler) route(url, path string) {
	const v1 = "/access/v1/"
	m := metadata{
		PolicyDecisionPoint: url,
		AccessEvaluation:    url + v1 + "evaluation",
		AccessEvaluations:   url + v1 + "evaluations",
		SearchAction:        url + v1 + "search/action",
	}
	h.endpoints = map[string]endpoint{
		path + v1 + "evaluation":    {answer: h.evaluation},
		path + v1 + "evaluations":   {answer: h.evaluations},
		path + v1 + "search/action": {answer: h.searchAction},
	}
	for _, t := range h.subjects {
		if t.list != nil {
			m.SearchSubject = url + v1 + "search/subject"
			h.endpoints[path+v1+"search/subject"] = endpoint{answer: h.searchSubject}
		}
	}
	for _, t := range h.resources {
		if t.list != nil {
			m.SearchResource = url + v1 + "search/resource"
			h.endpoints[path+v1+"search/resource"] = endpoint{answer: h.searchResource}
		}
	}
	document, _ := json.Marshal(m) // it has only strings
	h.endpoints["/.well-known/authzen-configuration"+path] = endpoint{document: document}
}
