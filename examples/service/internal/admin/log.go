package admin

import (
	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

const shownEvents = 200

func showLog(v *visit) (view, error) {
	if err := deskhttp.Authorize(v.Context(), deskpolicy.AuditView, &v.desk.Account); err != nil {
		return view{}, err
	}
	events, err := v.Records.Events(v.Context(), shownEvents)
	return view{logPage, "Log", events}, err
}
