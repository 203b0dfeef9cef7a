<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.cashier.title_short) ?>
<section class="till-who" aria-label="<?cs var:W.cashier.slips ?>"><?cs call:slips() ?></section>
<section class="till-what" aria-labelledby="s-short"><h2 id="s-short"><?cs var:W.cashier.title_short ?></h2>
<div class="till-due"><span class="till-label"><?cs var:W.cashier.short_lacks ?></span> <span class="till-amount">¥<?cs var:Short.Lacks ?></span></div>
<?cs if:Short.Some && Short.Shift ?><form method="post" action="/cashier/short" data-once autocomplete="off"><input type="hidden" name="token" value="<?cs var:Page.Token ?>">
<?cs if:FormError ?><div class="alert alert-danger" role="alert"><?cs var:FormError ?></div><?cs /if ?>
<dl class="facts till-offer"><?cs call:figure(W.cashier.shift_no, Short.Shift) ?><?cs call:figure(W.cashier.repaid, "¥" + Short.Repaid) ?></dl>
<div class="till-fields"><div class="field"><label class="form-label" for="f-amount"><?cs var:W.cashier.short_amount ?></label><div class="input-group"><span class="input-group-text" aria-hidden="true">¥</span><input class="form-control money<?cs if:Form.amount.Error ?> is-invalid<?cs /if ?>" type="text" inputmode="decimal" id="f-amount" name="amount" value="<?cs var:Form.amount.Value ?>" data-focus<?cs call:hints(Form.amount) ?>></div><?cs call:notes(Form.amount) ?></div></div>
<p class="form-text"><?cs var:W.cashier.short_note ?></p>
<div class="till-go"><button type="submit" class="btn btn-main btn-lg"><?cs var:W.cashier.short_repay ?> <kbd>Enter</kbd></button></div></form>
<?cs elif:Short.Some ?><?cs if:FormError ?><div class="alert alert-danger" role="alert"><?cs var:FormError ?></div><?cs /if ?><p class="till-hint"><?cs var:W.cashier.short_no_shift ?></p>
<?cs else ?><p class="till-hint"><?cs var:W.cashier.short_none ?></p><?cs /if ?></section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
