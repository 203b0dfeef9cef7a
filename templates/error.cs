<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Error.0.Title) ?>
<div class="card-narrow error-page">
<p class="error-status"><?cs var:Error.Status ?></p>
<h1><?cs var:Error.0.Title ?></h1>
<p><?cs var:Error.0.Text ?></p>
<p class="other" lang="<?cs var:Error.1.Lang ?>"><strong><?cs var:Error.1.Title ?></strong> <?cs var:Error.1.Text ?></p>
<p class="request"><?cs var:W.request_no ?> <?cs call:number(Page.RequestId) ?></p>
<p><a href="<?cs var:Page.Prefix ?>"><?cs var:W.to_first ?></a></p>
</div>
<?cs call:page_end() ?>
