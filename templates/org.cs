<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Org.Name) ?>
<nav class="crumbs" aria-label="<?cs var:W.org.above ?>"><a href="/console/orgs"><?cs var:W.org.all ?></a><?cs each:a = Above ?> / <a href="/console/org?id=<?cs var:a.Id ?>"><?cs var:a.Name ?></a><?cs /each ?></nav>
<div class="head"><h1><?cs var:Org.Name ?> <?cs if:Org.Enabled ?><?cs call:state("posted", W.state.enabled) ?><?cs else ?><?cs call:state("declined", W.state.disabled) ?><?cs /if ?></h1>
<?cs if:May.Change ?><div class="actions">
<?cs if:May.Add ?><a class="btn btn-sm btn-main" href="/console/org/add?id=<?cs var:Org.Id ?>"><?cs var:W.org.add ?></a><?cs /if ?>
<a class="btn btn-sm btn-plain" href="/console/org/rename?id=<?cs var:Org.Id ?>"><?cs var:W.org.rename ?></a>
<?cs if:May.Move ?><a class="btn btn-sm btn-plain" href="/console/org/move?id=<?cs var:Org.Id ?>"><?cs var:W.org.move ?></a>
<a class="btn btn-sm <?cs if:Org.Enabled ?>btn-danger-plain<?cs else ?>btn-plain<?cs /if ?>" href="/console/org/enable?id=<?cs var:Org.Id ?>"><?cs if:Org.Enabled ?><?cs var:W.org.disable ?><?cs else ?><?cs var:W.org.enable ?><?cs /if ?></a><?cs /if ?>
</div><?cs /if ?></div>
<dl class="facts">
<div><dt><?cs var:W.org.code ?></dt><dd><?cs call:number(Org.Code) ?></dd></div>
<?cs call:fact(W.org.kind, Org.Kind) ?>
<?cs call:hindrances() ?>
</dl>
<section aria-labelledby="s-below"><h2 id="s-below"><?cs var:W.org.below ?></h2>
<?cs if:subcount(Below) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.org.name ?></th><th scope="col"><?cs var:W.org.code ?></th><th scope="col"><?cs var:W.org.kind ?></th><th scope="col"><?cs var:W.org.state ?></th></tr></thead>
<tbody><?cs each:o = Below ?><tr><td><a href="/console/org?id=<?cs var:o.Id ?>"><?cs var:o.Name ?></a></td><td class="number"><?cs var:o.Code ?></td><td><?cs var:o.Kind ?></td><td><?cs if:o.Enabled ?><?cs call:state("posted", W.state.enabled) ?><?cs else ?><?cs call:state("declined", W.state.disabled) ?><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div><?cs if:BelowMore ?><p class="pages"><a href="/console/orgs"><?cs var:W.org.below_more ?></a></p><?cs /if ?><?cs else ?><?cs call:empty(W.org.no_below) ?><?cs /if ?></section>
<?cs if:SeesPeople ?><section aria-labelledby="s-people"><div class="head"><h2 id="s-people"><?cs var:W.org.people ?></h2><?cs if:May.AddUser ?><div class="actions"><a class="btn btn-sm btn-plain" href="/console/user/add?org=<?cs var:Org.Code ?>"><?cs var:W.org.add_user ?></a></div><?cs /if ?></div>
<?cs if:subcount(User) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.org.person ?></th><th scope="col"><?cs var:W.org.login ?></th><th scope="col"><?cs var:W.org.operator ?></th><th scope="col"><?cs var:W.org.state ?></th></tr></thead>
<tbody><?cs each:u = User ?><tr><td><a href="/console/user?id=<?cs var:u.Id ?>"><?cs var:u.Name ?></a></td><td class="number"><?cs var:u.Login ?></td><td class="number"><?cs var:u.Operator ?></td><td><?cs if:u.Enabled ?><?cs call:state("posted", W.state.enabled) ?><?cs else ?><?cs call:state("declined", W.state.disabled) ?><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.org.no_people) ?><?cs /if ?></section><?cs /if ?>
<?cs if:SeesTerminals ?><section aria-labelledby="s-terminals"><div class="head"><h2 id="s-terminals"><?cs var:W.org.terminals ?></h2><?cs if:May.AddTerminal ?><div class="actions"><a class="btn btn-sm btn-plain" href="/console/terminal/add?org=<?cs var:Org.Code ?>"><?cs var:W.org.add_terminal ?></a></div><?cs /if ?></div>
<?cs if:subcount(Terminal) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.org.terminal_no ?></th><th scope="col"><?cs var:W.org.kind ?></th><th scope="col"><?cs var:W.org.state ?></th></tr></thead>
<tbody><?cs each:t = Terminal ?><tr><td class="number"><a href="/console/terminal?id=<?cs var:t.Id ?>"><?cs var:t.No ?></a></td><td><?cs var:t.Kind ?></td><td><?cs if:t.Enabled ?><?cs call:state("posted", W.state.enabled) ?><?cs else ?><?cs call:state("declined", W.state.disabled) ?><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.org.no_terminals) ?><?cs /if ?></section><?cs /if ?>
<?cs if:SeesAccounts ?><section aria-labelledby="s-accounts"><h2 id="s-accounts"><?cs var:W.org.accounts ?></h2>
<?cs if:subcount(Account) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.org.owner ?></th><th scope="col" class="money"><?cs var:W.org.available ?></th><th scope="col" class="money"><?cs var:W.org.limit ?></th><th scope="col" class="money"><?cs var:W.org.deposit ?></th><th scope="col" class="money"><?cs var:W.org.unremitted_only ?></th><th scope="col" class="money"><?cs var:W.org.held ?></th><th scope="col"><?cs var:W.org.state ?></th></tr></thead>
<tbody><?cs each:a = Account ?><tr><td><?cs var:a.Owner ?></td><td class="money">¥<?cs var:a.Available ?></td><td class="money">¥<?cs var:a.Limit ?></td><td class="money">¥<?cs var:a.Deposit ?></td><td class="money">¥<?cs var:a.Unremitted ?></td><td class="money">¥<?cs var:a.Held ?></td><td><?cs if:a.Enabled ?><?cs call:state("posted", W.state.enabled) ?><?cs else ?><?cs call:state("declined", W.state.disabled) ?><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.org.no_accounts) ?><?cs /if ?></section><?cs /if ?>
<?cs call:history() ?>
<?cs call:page_end() ?>
