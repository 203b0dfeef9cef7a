<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.health.title) ?>
<div class="head"><h1><?cs var:W.health.title ?></h1></div>
<section aria-labelledby="s-processes"><h2 id="s-processes"><?cs var:W.health.processes ?></h2>
<?cs if:subcount(Process) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.health.process ?></th><th scope="col"><?cs var:W.health.state ?></th><th scope="col"><?cs var:W.health.machine ?></th><th scope="col"><?cs var:W.health.version ?></th><th scope="col"><?cs var:W.health.since ?></th><th scope="col"><?cs var:W.health.seen ?></th></tr></thead>
<tbody><?cs each:p = Process ?><tr><td><?cs var:p.Name ?> <span class="number">#<?cs var:p.Pid ?></span></td><td><?cs if:p.Lives ?><?cs call:state("posted", W.health.lives) ?><?cs else ?><?cs call:state("error", W.health.silent) ?><?cs /if ?></td><td><?cs var:p.Host ?></td><td><?cs var:p.Version ?></td><td class="time"><?cs var:p.Since ?></td><td class="time"><?cs var:p.Seen ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty_plain(W.health.no_processes) ?><?cs /if ?></section>
<section aria-labelledby="s-here"><h2 id="s-here"><?cs var:W.health.here ?> <?cs var:Host ?></h2>
<div class="sheet" tabindex="0"><table class="table wraps"><thead><tr><th scope="col"><?cs var:W.health.what ?></th><th scope="col"><?cs var:W.health.is ?></th><th scope="col"><?cs var:W.health.state ?></th></tr></thead>
<tbody><?cs each:f = Fact ?><tr><td><?cs var:f.Name ?></td><td><?cs var:f.Text ?></td><td><?cs if:f.State == "posted" ?><?cs call:state("posted", W.health.good) ?><?cs elif:f.State == "doubt" ?><?cs call:state("doubt", W.health.soon) ?><?cs elif:f.State == "error" ?><?cs call:state("error", W.health.bad) ?><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div></section>
<?cs call:page_end() ?>
