// Package curl runs the curl commands of a document against a handler, so that examples can
// print what a reader would see.
package curl

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
)

// Host is the host in the commands.
const Host = "localhost:8080"

// Run runs a command such as
//
//	curl -i -H 'X-Agent: riya' localhost:8080/tickets/1 --json '{"text":"Hello"}'
//
// and writes what curl writes, without the headers Date and Content-Length. It knows the
// options -i, -H and --json.
func Run(handler http.Handler, command string, to io.Writer) error {
	request, headers, err := parse(command)
	if err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	var text strings.Builder
	if headers {
		fmt.Fprintf(&text, "HTTP/1.1 %d %s\n", recorder.Code, http.StatusText(recorder.Code))
		lines := make([]string, 0, len(recorder.Header()))
		for name := range recorder.Header() {
			lines = append(lines, fmt.Sprintf("%s: %s\n", name, recorder.Header().Get(name)))
		}
		slices.Sort(lines)
		fmt.Fprintf(&text, "%s\n", strings.Join(lines, ""))
	}
	fmt.Fprintf(&text, "%s\n", strings.TrimSuffix(recorder.Body.String(), "\n"))
	_, err = io.WriteString(to, text.String())
	return err
}

// parse returns the request of a command, and whether to write the headers of the response.
func parse(command string) (request *http.Request, headers bool, err error) {
	words, err := split(command)
	if err != nil {
		return nil, false, err
	}
	header, method, address, body := make(http.Header), http.MethodGet, "", ""
	for i := 1; i < len(words); i++ {
		option := words[i]
		if option == "-H" || option == "--json" {
			if i++; i == len(words) {
				return nil, false, fmt.Errorf("%s has no value", option)
			}
		}
		switch option {
		case "-i":
			headers = true
		case "-H":
			name, value, _ := strings.Cut(words[i], ":")
			header.Set(name, strings.TrimSpace(value))
		case "--json":
			method, body = http.MethodPost, words[i]
			header.Set("Content-Type", "application/json")
		default:
			address = option
		}
	}
	if words[0] != "curl" || !strings.HasPrefix(address, Host+"/") {
		return nil, false, errors.New("want curl and an address at " + Host)
	}
	request = httptest.NewRequest(method, "http://"+address, strings.NewReader(body))
	request.Header = header
	return request, headers, nil
}

// split returns the words of a command. Words in single quotes can have spaces.
func split(command string) (words []string, err error) {
	for i, part := range strings.Split(command, "'") {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	if strings.Count(command, "'")%2 == 1 || len(words) == 0 {
		return nil, errors.New("want words, with quotes in pairs")
	}
	return words, nil
}
