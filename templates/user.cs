<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(User.Name) ?>
<nav class="crumbs" aria-label="<?cs var:W.user.above ?>"><a href="/console/users"><?cs var:W.user.all ?></a><?cs if:User.OrgId ?> / <a href="/console/org?id=<?cs var:User.OrgId ?>"><?cs var:User.Org ?></a><?cs /if ?></nav>
<div class="head"><h1><?cs var:User.Name ?> <?cs call:enabled(User.Enabled) ?><?cs if:User.LockedUntil ?> <?cs call:state("doubt", W.user.locked) ?><?cs /if ?></h1>
<?cs if:May.Change ?><div class="actions">
<?cs if:May.Unlock ?><?cs set:unlock = "/console/user/unlock?id=" + User.Id ?><?cs call:button(unlock, "", "", W.user.unlock, "btn-main") ?><?cs /if ?>
<a class="btn btn-sm btn-plain" href="/console/user/rename?id=<?cs var:User.Id ?>"><?cs var:W.user.rename ?></a>
<a class="btn btn-sm btn-plain" href="/console/user/reset?id=<?cs var:User.Id ?>"><?cs var:W.user.reset ?></a>
<?cs if:May.Otp ?><a class="btn btn-sm btn-plain" href="/console/user/otp?id=<?cs var:User.Id ?>"><?cs var:W.user.otp_reset ?></a><?cs /if ?>
<?cs if:May.Disable ?><a class="btn btn-sm <?cs if:User.Enabled ?>btn-danger-plain<?cs else ?>btn-plain<?cs /if ?>" href="/console/user/enable?id=<?cs var:User.Id ?>"><?cs if:User.Enabled ?><?cs var:W.user.disable ?><?cs else ?><?cs var:W.user.enable ?><?cs /if ?></a><?cs /if ?>
</div><?cs /if ?></div>
<?cs if:WhyNot ?><p class="why"><?cs var:WhyNot ?></p><?cs /if ?>
<dl class="facts">
<div><dt><?cs var:W.user.login ?></dt><dd><?cs call:number(User.Login) ?></dd></div>
<div><dt><?cs var:W.user.operator ?></dt><dd><?cs call:number(User.Operator) ?></dd></div>
<?cs call:fact(W.user.org, User.Org) ?>
<?cs call:fact(W.user.last_at, User.LastAt) ?>
<?cs call:fact(W.user.last_origin, User.LastOrigin) ?>
<div><dt><?cs var:W.user.password_at ?></dt><dd><?cs if:User.PasswordAt ?><?cs var:User.PasswordAt ?><?cs else ?><span class="none"><?cs var:W.none ?></span><?cs /if ?><?cs if:User.MustChange ?> <?cs call:state("pending", W.user.must_change) ?><?cs /if ?></dd></div>
<?cs call:fact(W.user.otp, User.Otp) ?>
<?cs if:User.LockedUntil ?><?cs call:fact(W.user.locked_until, User.LockedUntil) ?><?cs /if ?>
</dl>
<?cs if:Sees.Grants ?><section aria-labelledby="s-grants"><div class="head"><h2 id="s-grants"><?cs var:W.user.grants ?></h2>
<div class="actions"><a class="btn btn-sm btn-plain" href="/console/who?user=<?cs var:User.Login ?>"><?cs var:W.user.what_may ?></a><?cs if:May.Grant ?> <a class="btn btn-sm btn-plain" href="/console/user/grant?id=<?cs var:User.Id ?>"><?cs var:W.user.grant ?></a><?cs /if ?></div></div>
<?cs if:subcount(Grant) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.user.role ?></th><th scope="col"><?cs var:W.user.holds_at ?></th><th scope="col"><?cs var:W.user.granted_at ?></th><th scope="col"><?cs var:W.action ?></th></tr></thead>
<tbody><?cs each:g = Grant ?><tr><td><a href="/console/role?id=<?cs var:g.RoleId ?>"><?cs var:g.Role ?></a></td><td><?cs if:g.OrgId ?><a href="/console/org?id=<?cs var:g.OrgId ?>"><?cs var:g.Org ?></a><?cs else ?><?cs var:W.user.outside ?><?cs /if ?></td><td class="time"><?cs var:g.At ?></td><td><?cs if:g.MayTake ?><a class="btn btn-sm btn-plain" href="/console/grant/take?id=<?cs var:g.Id ?>"><?cs var:W.user.take ?></a><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.user.no_grants) ?><?cs /if ?></section><?cs /if ?>
<?cs if:Sees.Account ?><section aria-labelledby="s-account"><h2 id="s-account"><?cs var:W.user.account ?></h2>
<?cs if:Account.Id ?><dl class="facts">
<div><dt><?cs var:W.user.available ?></dt><dd><a href="/console/credit/account?id=<?cs var:Account.Id ?>">¥<?cs var:Account.Available ?></a><?cs if:Account.Shared ?> <?cs call:state("declined", W.user.shared) ?><?cs /if ?></dd></div>
<div><dt><?cs var:W.user.limit ?></dt><dd>¥<?cs var:Account.Limit ?></dd></div>
<div><dt><?cs var:W.user.deposit ?></dt><dd>¥<?cs var:Account.Deposit ?></dd></div>
<div><dt><?cs var:W.user.unremitted ?></dt><dd>¥<?cs var:Account.Unremitted ?></dd></div>
<div><dt><?cs var:W.user.held ?></dt><dd>¥<?cs var:Account.Held ?></dd></div></dl><?cs else ?><?cs call:empty(W.user.no_account) ?><?cs /if ?></section><?cs /if ?>
<?cs if:Sees.Terminals ?><section aria-labelledby="s-terminals"><h2 id="s-terminals"><?cs var:W.user.terminals ?></h2>
<?cs if:subcount(Terminal) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.user.terminal_no ?></th><th scope="col"><?cs var:W.user.state ?></th></tr></thead>
<tbody><?cs each:t = Terminal ?><tr><td class="number"><?cs if:t.Page ?><a href="/console/terminal?id=<?cs var:t.Id ?>"><?cs var:t.No ?></a><?cs else ?><?cs var:t.No ?><?cs /if ?></td><td><?cs call:enabled(t.Enabled) ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.user.no_terminals) ?><?cs /if ?></section><?cs /if ?>
<section aria-labelledby="s-sessions"><div class="head"><h2 id="s-sessions"><?cs var:W.user.sessions ?></h2>
<?cs set:out = "/console/user/sign-out?id=" + User.Id ?><?cs if:May.Change && subcount(Session) > 0 ?><div class="actions"><?cs call:button(out, "", "", W.user.sign_out_all, "btn-danger-plain") ?></div><?cs /if ?></div>
<?cs if:subcount(Session) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.user.since ?></th><th scope="col"><?cs var:W.user.seen ?></th><th scope="col"><?cs var:W.user.origin ?></th><th scope="col"><?cs var:W.user.agent ?></th><?cs if:May.Change ?><th scope="col"><?cs var:W.action ?></th><?cs /if ?></tr></thead>
<tbody><?cs each:s = Session ?><tr><td class="time"><?cs var:s.Since ?></td><td class="time"><?cs var:s.Seen ?></td><td><?cs var:s.Origin ?></td><td class="agent"><?cs var:s.Agent ?></td><?cs if:May.Change ?><td><?cs call:button(out, "session", s.Id, W.user.sign_out, "btn-plain") ?></td><?cs /if ?></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.user.no_sessions) ?><?cs /if ?></section>
<?cs call:history() ?>
<?cs call:page_end() ?>
