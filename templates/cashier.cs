<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.cashier.title) ?>
<section class="till-who" aria-label="<?cs var:W.cashier.who ?>"><?cs call:find((!Customer.No || Sale.Nothing) && !Shift.Key && !Shift.Counted) ?>
<?cs if:Customer.No ?><dl class="till-facts"><div><dt><?cs var:W.cashier.no ?></dt><dd class="number till-no"><?cs var:Customer.No ?></dd></div>
<?cs if:Customer.Name ?><div><dt><?cs var:W.cashier.name ?></dt><dd class="till-name"><?cs var:Customer.Name ?></dd></div>
<div><dt><?cs var:W.cashier.address ?></dt><dd><?cs var:Customer.Address ?></dd></div>
<div><dt><?cs var:W.cashier.meter ?></dt><dd><span class="number"><?cs var:Customer.Meter ?></span> <?cs var:Customer.KindWord ?></dd></div><?cs /if ?>
<?cs if:Customer.Count ?><div><dt><?cs var:W.cashier.purchases ?></dt><dd><?cs var:Customer.Count ?></dd></div><?cs /if ?>
<?cs if:Customer.Advance ?><div><dt><?cs var:W.cashier.advance_held ?></dt><dd>¥<?cs var:Customer.Advance ?></dd></div><?cs /if ?></dl><?cs /if ?></section>
<section class="till-what" aria-label="<?cs var:W.cashier.what ?>">
<?cs if:Shift.Key ?><?cs call:shift_open() ?>
<?cs elif:Shift.Counted ?><div class="till-result till-doubt" role="alert"><p class="till-said"><?cs var:W.cashier.counted_first ?></p><p><a class="btn btn-main" href="/cashier/shift" data-focus><?cs var:W.cashier.close_shift ?></a></p></div>
<?cs elif:Sale.Possible ?><form method="post" action="/cashier/sale" class="till-sale" data-order data-sale<?cs if:Sale.Card ?> data-card="<?cs var:Sale.Card ?>"<?cs /if ?> data-wait="<?cs var:W.cashier.waiting ?>" data-slow="<?cs var:W.cashier.slow ?>" data-cut="<?cs var:W.cashier.cut ?>" autocomplete="off">
<input type="hidden" name="token" value="<?cs var:Page.Token ?>"><input type="hidden" name="trace" value="<?cs var:Sale.Trace ?>"><input type="hidden" name="seen_date" value="<?cs var:Sale.SeenDate ?>"><input type="hidden" name="seen_mark" value="<?cs var:Sale.SeenMark ?>"><input type="hidden" name="customer" value="<?cs var:Customer.No ?>"><input type="hidden" name="business" value="<?cs var:Sale.Business ?>"><?cs if:Sale.Business == "open" ?><input type="hidden" name="meter" value="<?cs var:Customer.Meter ?>"><?cs /if ?><?cs if:Sale.Card ?><?cs call:card_fields() ?><?cs /if ?>
<?cs if:Sale.Business == "open" ?><h2><?cs var:W.cashier.open_account ?></h2><?cs elif:Sale.Business == "replace" ?><h2><?cs var:W.cashier.replace ?></h2><?cs /if ?>
<?cs if:Sale.Card ?><?cs call:card_status() ?><?cs /if ?>
<?cs if:Today.Op ?><p class="till-warn"><?cs var:W.cashier.today ?> <?cs if:Today.Id ?><a href="/cashier/done?id=<?cs var:Today.Id ?>"><?cs var:Today.Op ?> ¥<?cs var:Today.Amount ?></a><?cs else ?><?cs var:Today.Op ?> ¥<?cs var:Today.Amount ?><?cs /if ?> <?cs call:state(Today.Kind, Today.Word) ?> <?cs var:Today.At ?></p><?cs /if ?>
<?cs if:Sale.Text ?><div class="alert alert-danger" role="alert"><?cs call:said(Sale) ?></div><?cs elif:FormError ?><div class="alert alert-danger" role="alert"><?cs var:FormError ?></div><?cs /if ?>
<?cs if:Sale.Business == "pay" ?>
<?cs if:subcount(Bill) > 0 ?><div class="sheet" tabindex="0"><table class="table till-bills"><thead><tr><th scope="col"><span class="visually-hidden"><?cs var:W.cashier.choose ?></span></th><th scope="col"><?cs var:W.cashier.period ?></th><th scope="col" class="money"><?cs var:W.cashier.kwh ?></th><th scope="col" class="money"><?cs var:W.cashier.late ?></th><th scope="col" class="money"><?cs var:W.cashier.due ?></th></tr></thead><tbody>
<?cs each:b = Bill ?><tr><td><input class="form-check-input" type="checkbox" name="bill" value="<?cs var:b.Value ?>" data-fen="<?cs var:b.Fen ?>" aria-label="<?cs var:b.Period ?> ¥<?cs var:b.Amount ?>"<?cs if:b.Ticked ?> checked<?cs /if ?>></td><td><?cs var:b.Period ?></td><td class="money"><?cs var:b.Kwh ?></td><td class="money"><?cs var:b.LateFee ?></td><td class="money"><?cs var:b.Amount ?></td></tr>
<?cs /each ?></tbody></table></div><?cs /if ?>
<div class="till-due"><span class="till-label"><?cs var:W.cashier.to_pay ?></span> <output class="till-amount" id="due" data-due>¥<?cs var:Sale.Due ?></output></div>
<div class="till-fields"><div class="field"><label class="form-label" for="f-advance"><?cs var:W.cashier.advance ?></label><div class="input-group"><span class="input-group-text" aria-hidden="true">¥</span><input class="form-control money<?cs if:Form.advance.Error ?> is-invalid<?cs /if ?>" type="text" inputmode="decimal" id="f-advance" name="advance" value="<?cs var:Form.advance.Value ?>" data-advance<?cs call:hints(Form.advance) ?>></div><?cs call:notes(Form.advance) ?></div>
<?cs elif:Sale.Business == "replace" ?>
<div class="till-due"><label class="till-label" for="f-fee"><?cs var:W.cashier.fee ?></label>
<div class="till-amount till-row"><span aria-hidden="true">¥</span><input class="till-input<?cs if:Form.fee.Error ?> is-invalid<?cs /if ?>" type="text" inputmode="decimal" id="f-fee" name="fee" value="<?cs var:Form.fee.Value ?>" data-amount data-focus<?cs call:hints(Form.fee) ?>></div><?cs call:notes(Form.fee) ?></div>
<div class="till-fields"><div class="field"><label class="form-label" for="f-reason"><?cs var:W.cashier.reason ?></label><input class="form-control<?cs if:Form.reason.Error ?> is-invalid<?cs /if ?>" type="text" id="f-reason" name="reason" value="<?cs var:Form.reason.Value ?>" maxlength="60" list="reasons" autocomplete="off"<?cs call:hints(Form.reason) ?>><?cs call:notes(Form.reason) ?><datalist id="reasons"><option value="<?cs var:W.cashier.reason_lost ?>"></option><option value="<?cs var:W.cashier.reason_broken ?>"></option></datalist></div>
<?cs else ?>
<div class="till-due"><label class="till-label" for="f-amount"><?cs var:W.cashier.amount ?></label>
<div class="till-amount till-row"><span aria-hidden="true">¥</span><input class="till-input<?cs if:Form.amount.Error ?> is-invalid<?cs /if ?>" type="text" inputmode="decimal" id="f-amount" name="amount" value="<?cs var:Form.amount.Value ?>" required data-amount data-focus<?cs call:hints(Form.amount) ?>></div><?cs call:notes(Form.amount) ?>
<?cs if:Customer.Greatest ?><p class="form-text"><?cs var:W.cashier.range ?> ¥<?cs var:Customer.Least ?> – ¥<?cs var:Customer.Greatest ?></p><?cs /if ?></div>
<?cs if:subcount(Bill) > 0 ?><p class="till-warn"><?cs var:W.cashier.has_bills ?></p><?cs /if ?>
<div class="till-fields">
<?cs /if ?>
<div class="field" data-cash><label class="form-label" for="f-tendered"><?cs var:W.cashier.tendered ?></label><div class="input-group"><span class="input-group-text" aria-hidden="true">¥</span><input class="form-control money<?cs if:Form.tendered.Error ?> is-invalid<?cs /if ?>" type="text" inputmode="decimal" id="f-tendered" name="tendered" value="<?cs var:Form.tendered.Value ?>" data-tendered<?cs if:Sale.Business == "pay" ?> data-focus<?cs /if ?><?cs call:hints(Form.tendered) ?>></div><?cs call:notes(Form.tendered) ?></div>
<div class="field" data-cash><span class="form-label"><?cs var:W.cashier.change ?></span><output class="till-change" for="f-tendered" data-change>¥0.00</output></div></div>
<fieldset class="till-methods"><legend class="form-label"><?cs var:W.cashier.method ?></legend><?cs each:m = Form.method.Choice ?><label class="till-method"><input type="radio" class="form-check-input" name="method" value="<?cs var:m.Value ?>"<?cs if:m.Selected ?> checked<?cs /if ?>> <?cs var:m.Label ?></label><?cs /each ?><?cs call:notes(Form.method) ?></fieldset>
<div class="till-go"><button type="submit" class="btn btn-main btn-lg"><?cs var:W.cashier.collect ?> <kbd>Enter</kbd></button> <span class="till-wait" role="status" data-status></span></div>
</form>
<?cs elif:Sale.Nothing ?><p class="till-clear"><?cs var:W.cashier.no_bills ?></p>
<?cs else ?><p class="till-hint" data-desk><?cs var:W.cashier.hint ?></p><?cs /if ?></section>
<?cs call:till_keys() ?><?cs if:Sale.Other ?><?cs call:key("F3", "/cashier?q=" + Customer.No + "&do=" + Sale.Other, W.cashier.key_switch) ?><?cs /if ?><?cs if:Sale.CardOther ?><?cs call:key("F4", "/cashier?q=" + Customer.No + "&do=" + Sale.CardOther, W.cashier.key_card) ?><?cs /if ?><?cs call:till_end() ?>
