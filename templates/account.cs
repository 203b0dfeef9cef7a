<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.account.title) ?>
<div class="head"><h1><?cs var:W.account.title ?></h1>
<div class="actions"><a class="btn btn-sm btn-plain" href="/console/password"><?cs var:W.account.password ?></a> <a class="btn btn-sm btn-plain" href="/console/enrol"><?cs var:W.account.otp_set ?></a></div></div>
<dl class="facts">
<?cs call:fact(W.account.name, User.Name) ?>
<?cs call:fact(W.account.login, User.Login) ?>
<?cs call:fact(W.account.operator, User.Operator) ?>
<?cs call:fact(W.account.org, User.Org) ?>
<?cs call:fact(W.account.otp, User.Otp) ?>
</dl>
<section aria-labelledby="s-sessions">
<div class="head"><h2 id="s-sessions"><?cs var:W.account.sessions ?></h2>
<div class="actions"><?cs call:button("/console/account/end-all", "", "", W.account.end_all, "btn-danger-plain") ?></div></div>
<div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.account.since ?></th><th scope="col"><?cs var:W.account.seen ?></th><th scope="col"><?cs var:W.account.ends ?></th><th scope="col"><?cs var:W.account.origin ?></th><th scope="col"><?cs var:W.account.agent ?></th><th scope="col"><?cs var:W.account.action ?></th></tr></thead>
<tbody><?cs each:s = Session ?>
<tr><td class="time"><?cs var:s.Since ?></td><td class="time"><?cs var:s.Seen ?></td><td class="time"><?cs var:s.Ends ?></td><td><?cs var:s.Origin ?></td><td class="agent"><?cs var:s.Agent ?></td>
<td><?cs if:s.This ?><?cs call:state("posted", W.account.this) ?><?cs else ?><?cs call:button("/console/account/end", "id", s.Id, W.account.end, "btn-plain") ?><?cs /if ?></td></tr><?cs /each ?>
</tbody></table></div>
</section>
<?cs call:page_end() ?>
