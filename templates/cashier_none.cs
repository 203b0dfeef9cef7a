<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:page_begin(W.cashier.title) ?>
<h1><?cs var:W.cashier.title ?></h1>
<div class="alert alert-warning" role="alert"><?cs call:said(None) ?></div>
<p><?cs var:W.cashier.none_help ?></p>
<?cs call:page_end() ?>
