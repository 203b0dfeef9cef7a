<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.cashier.title_account) ?>
<?cs def:text_head(label) ?><th scope="col"><?cs var:label ?></th><?cs /def ?>
<?cs def:money_head(label) ?><th scope="col" class="money"><?cs var:label ?></th><?cs /def ?>
<?cs def:money_cell(fen) ?><td class="money"><?cs var:fen ?></td><?cs /def ?>
<section class="till-what" aria-labelledby="s-account"><div class="head"><h2 id="s-account"><?cs var:W.cashier.title_account ?> · <?cs var:Frame.Org ?> · <?cs var:Frame.User ?></h2>
<div class="actions"><?cs call:export_links() ?> <button type="button" class="btn btn-sm btn-plain" data-print><?cs var:W.cashier.print_statement ?></button></div></div>
<dl class="facts"><?cs call:figure(W.cashier.credit, "¥" + Account.Available) ?><?cs call:figure(W.cashier.limit, "¥" + Account.Limit) ?><?cs call:figure(W.cashier.deposit, "¥" + Account.Deposit) ?><?cs call:figure(W.cashier.unremitted, "¥" + Account.Unremitted) ?><?cs call:figure(W.cashier.held, "¥" + Account.Held) ?></dl>
<?cs if:Day.Suspended ?><p class="till-warn"><?cs var:W.cashier.suspended ?></p><?cs elif:Day.Warns ?><p class="till-warn"><?cs var:W.cashier.warns ?></p><?cs /if ?>
<h2 class="till-statement"><?cs var:W.cashier.statement ?><?cs if:Statement ?> <?cs var:Form.from.Value ?> – <?cs var:Form.to.Value ?><?cs /if ?></h2>
<?cs call:filters_begin() ?><?cs call:filter(Form.from) ?><?cs call:filter(Form.to) ?><?cs call:filters_end() ?>
<?cs call:ranges() ?>
<?cs if:Statement ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><?cs call:text_head(W.cashier.date) ?><?cs call:money_head(W.cashier.sales) ?><?cs call:money_head(W.cashier.collected) ?><?cs call:money_head(W.cashier.reversed) ?><?cs call:money_head(W.cashier.not_cash) ?><?cs call:money_head(W.cashier.remitted) ?><?cs call:money_head(W.cashier.difference) ?><?cs call:money_head(W.cashier.unremitted) ?><?cs call:money_head(W.cashier.deposit) ?></tr></thead><tbody>
<tr><th scope="row" colspan="7"><?cs var:W.cashier.opening ?></th><?cs call:money_cell(Opening.Unremitted) ?><?cs call:money_cell(Opening.Deposit) ?></tr>
<?cs each:d = Date ?><tr><td class="time"><a href="/cashier/last?date=<?cs var:d.Date ?>"><?cs var:d.Date ?></a></td><?cs call:money_cell(d.Sales) ?><?cs call:money_cell(d.Taken) ?><?cs call:money_cell(d.Reversed) ?><?cs call:money_cell(d.Other) ?><td class="money"><?cs if:d.Remitted ?><a href="/cashier/remit"><?cs var:d.Remitted ?></a><?cs /if ?></td><?cs call:money_cell(d.Difference) ?><?cs call:money_cell(d.Unremitted) ?><?cs call:money_cell(d.Deposit) ?></tr>
<?cs /each ?><tr><th scope="row" colspan="7"><?cs var:W.cashier.closing ?></th><?cs call:money_cell(Closing.Unremitted) ?><?cs call:money_cell(Closing.Deposit) ?></tr></tbody></table></div>
<?cs if:subcount(Date) > 0 ?><p class="form-text"><?cs var:W.cashier.adds_up ?></p><?cs else ?><p class="empty"><?cs var:W.cashier.no_movement ?></p><?cs /if ?>
<?cs if:subcount(Business) > 0 ?><h3><?cs var:W.cashier.by_business ?></h3><div class="sheet" tabindex="0"><table class="table"><thead><tr><?cs call:text_head(W.cashier.business) ?><?cs call:money_head(W.cashier.sales) ?><?cs call:money_head(W.cashier.collected) ?><?cs call:money_head(W.cashier.of_fees) ?><?cs call:money_head(W.cashier.reversals) ?><?cs call:money_head(W.cashier.reversed) ?><?cs call:money_head(W.cashier.net) ?></tr></thead><tbody>
<?cs each:b = Business ?><tr><td><?cs var:b.Name ?></td><?cs call:money_cell(b.Sales) ?><?cs call:money_cell(b.Taken) ?><?cs call:money_cell(b.Fees) ?><?cs call:money_cell(b.Reversals) ?><?cs call:money_cell(b.Reversed) ?><?cs call:money_cell(b.Net) ?></tr>
<?cs /each ?></tbody></table></div><?cs /if ?>
<?cs if:subcount(Method) > 0 ?><h3><?cs var:W.cashier.by_method ?></h3><div class="sheet" tabindex="0"><table class="table"><thead><tr><?cs call:text_head(W.cashier.method) ?><?cs call:money_head(W.cashier.collected) ?><?cs call:money_head(W.cashier.reversed) ?><?cs call:money_head(W.cashier.net) ?></tr></thead><tbody>
<?cs each:m = Method ?><tr><td><?cs var:m.Name ?></td><?cs call:money_cell(m.Taken) ?><?cs call:money_cell(m.Reversed) ?><?cs call:money_cell(m.Net) ?></tr>
<?cs /each ?></tbody></table></div><?cs /if ?>
<?cs if:subcount(Person) > 0 ?><h3><?cs var:W.cashier.by_person ?></h3><div class="sheet" tabindex="0"><table class="table"><thead><tr><?cs call:text_head(W.cashier.person) ?><?cs call:money_head(W.cashier.sales) ?><?cs call:money_head(W.cashier.collected) ?><?cs call:money_head(W.cashier.reversals) ?><?cs call:money_head(W.cashier.reversed) ?><?cs call:money_head(W.cashier.net) ?></tr></thead><tbody>
<?cs each:p = Person ?><tr><td><?cs var:p.Name ?></td><?cs call:money_cell(p.Sales) ?><?cs call:money_cell(p.Taken) ?><?cs call:money_cell(p.Reversals) ?><?cs call:money_cell(p.Reversed) ?><?cs call:money_cell(p.Net) ?></tr>
<?cs /each ?></tbody></table></div><?cs /if ?><?cs /if ?></section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
