<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.ledger_accounts.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.ledger_accounts.crumbs ?>"><a href="/console/ledger"><?cs var:W.ledger_accounts.back ?></a></nav>
<div class="head"><h1><?cs var:W.ledger_accounts.title ?></h1><div class="actions"><?cs call:export_links() ?></div></div>
<?cs call:filters_begin() ?><?cs call:filter(Form.q) ?><?cs call:filter(Form.org) ?><?cs call:filter(Form.kind) ?><?cs call:filters_end() ?>
<?cs if:subcount(Account) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.ledger_accounts.owner ?></th><th scope="col"><?cs var:W.ledger_accounts.code ?></th><th scope="col"><?cs var:W.ledger_accounts.kind ?></th><th scope="col"><?cs var:W.ledger_accounts.belongs ?></th><th scope="col" class="money"><?cs var:W.ledger_accounts.cash ?></th><th scope="col" class="money"><?cs var:W.ledger_accounts.deposit ?></th></tr></thead><tbody>
<?cs each:a = Account ?><tr><td><a href="/console/ledger/account?id=<?cs var:a.Id ?>"><?cs var:a.Owner ?></a></td><td class="number"><?cs var:a.Code ?></td><td><?cs var:a.Kind ?></td><td><?cs var:a.Org ?></td><td class="money"><?cs var:a.Cash ?></td><td class="money"><?cs var:a.Deposit ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.ledger_accounts.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
