package progress_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/deskpolicy/deskpolicy/internal/progress"
)

func TestBar(t *testing.T) {
	var shown strings.Builder
	bar := progress.Bar{To: &shown, Of: 200}
	bar.Add("contacts", 0)
	bar.Add("contacts", 1)
	bar.Add("contacts", 99)
	bar.Add("tickets", 500)
	bar.End()
	assert.Equal(t, []string{
		"",
		"[                         ]   0% contacts",
		"[############             ]  50% contacts",
		"[#########################] 100% tickets",
		"",
	}, strings.Split(shown.String(), "\r\x1b[K"))
}
