<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.credit.title) ?>
<div class="head"><h1><?cs var:W.credit.title ?></h1><div class="actions"><?cs call:export_links() ?> <a class="btn btn-sm btn-plain" href="/console/credit/quota?id=<?cs var:OwnOrg ?>"><?cs var:W.credit.quotas ?></a></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.kind) ?>
<?cs call:filter(Form.state) ?>
<?cs call:filters_end() ?>
<?cs if:subcount(Account) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.credit.owner ?></th><th scope="col"><?cs var:W.credit.belongs ?></th><th scope="col" class="money"><?cs var:W.credit.limit ?></th><th scope="col"><?cs var:W.credit.used ?></th><th scope="col" class="money"><?cs var:W.credit.available ?></th><th scope="col"><?cs var:W.credit.state ?></th></tr></thead>
<tbody><?cs each:a = Account ?>
<tr><td><a href="/console/credit/account?id=<?cs var:a.Id ?>"><?cs var:a.Owner ?></a> <span class="number"><?cs var:a.Code ?></span></td><td><?cs var:a.Org ?></td><td class="money">¥<?cs var:a.Limit ?></td><td class="bar-cell"><?cs call:credit_bar(a) ?></td><td class="money">¥<?cs var:a.Available ?></td><td><?cs call:account_state(a) ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty(W.credit.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
