using System.Globalization;

namespace Cano.Reliability.Clusters.Processes;

/// <summary>A node: an engine on the store in PostgreSQL, in a process of its own. It is asked in lines, a
/// number before each, and answers with the number and `ok` or `no`.</summary>
internal sealed class NodeProgram(NodeSettings settings, TextReader input, TextWriter output)
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);
    private CanoEngine _engine = null!;
    private Workflow<string> _errand = null!;
    private Workflow<string> _booking = null!;

    public async Task<int> RunAsync()
    {
        using var ledger = new NodeLedger(settings.Ledger);
        var time = new SkewedTime(settings.Ahead);
        await using var store = await PostgresCheckpointStore.OpenAsync(
            settings.Connection + ";Maximum Pool Size=12;Timeout=3;Command Timeout=4",
            new() { Schema = settings.Schema, TimeProvider = time }
        );
        await using var engine = await CanoEngine.OpenAsync(
            store,
            new CanoEngineOptions
            {
                NodeName = settings.Name,
                Lease = settings.Lease,
                StopGrace = TimeSpan.FromSeconds(1),
                Retention = Retention.Keep,
                TimeProvider = time,
                Observers = [ledger],
            }
        );
        _engine = engine;
        var work = new ErrandWorkflow(ledger, settings);
        engine.Add(_booking = work.Booking);
        foreach (var version in settings.Versions)
            engine.Add(_errand = work.Of(version));
        if (settings.IsScheduled)
            await engine.ScheduleAsync(scheduler =>
                scheduler.Cron("tick", Tick.Workflow(ledger), Tick.Start, "* * * * * *", at => at)
            );
        _ = Task.Run(ResumeAsync);
        _output.WriteLine("ready");
        while (await input.ReadLineAsync() is { } line and not "stop")
            _ = Task.Run(() => AnswerAsync(line));
        return 0;
    }

    /// <summary>What was left in order, and what dead nodes left before this one came.</summary>
    private async Task ResumeAsync()
    {
        try
        {
            await foreach (var _ in _engine.ResumeAsync()) { }
        }
        catch (CanoException failed)
        {
            _output.WriteLine($"resume: {failed.Error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private async Task AnswerAsync(string line)
    {
        var words = line.Split(' ');
        try
        {
            var told = await DoAsync(words[1..]);
            _output.WriteLine($"{words[0]} ok {told}");
        }
        catch (CanoException failed)
        {
            _output.WriteLine(
                $"{words[0]} no {failed.Error.Category} {failed.Error.Message.ReplaceLineEndings(" ")}"
            );
        }
    }

    private async Task<string> DoAsync(string[] words)
    {
        switch (words)
        {
            case ["start", var run, var number, var isTimed]:
                var errand = new Errand(Number(number), bool.Parse(isTimed));
                await _engine.GetOrStartAsync(_errand, Errand.Start, run, errand);
                return run;
            case ["book", var run]:
                await _engine.GetOrStartAsync(_booking, "book", run);
                return run;
            case ["signal", var run, var id]:
                await _engine.SignalAsync(run, ErrandWorkflow.Paid, id, id);
                return run;
            case ["cancel", var run]:
                await _engine.CancelAsync(run, "as somebody asked");
                return run;
            case ["output", var run]:
                var receipt = await _engine.Run(_errand, run).OutputAsync<long>();
                return receipt.ToString(CultureInfo.InvariantCulture);
            case ["tend"]:
                return await TendAsync();
            default:
                throw new ArgumentException($"nobody knows how to {string.Join(' ', words)}");
        }
    }

    /// <summary>As a person does: what was set aside because processes died with it is healthy.</summary>
    private async Task<string> TendAsync()
    {
        var tended = 0;
        await foreach (var run in _engine.ListAsync(new RunQuery { Statuses = [RunStatus.Quarantined] }))
        {
            await _engine.RetryAsync(run.RunId);
            tended++;
        }

        await ResumeAsync();
        return tended.ToString(CultureInfo.InvariantCulture);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
