using System.Diagnostics;
using Cano.Reliability.Lives;
using Cano.Testing;

namespace Cano.Reliability.Scheduling;

/// <summary>A flow whose every run takes longer than its period, so that each has missed an
/// occurrence.</summary>
internal sealed class LateFlow(int runs, bool blocks)
{
    private const int FramesMargin = 10;

    private readonly VirtualTime _time = new();
    private int _runs;
    private int _framesAtFirst;
    private int _framesMost;

    /// <summary>Runs it; breaks when its stack or the heap grows.</summary>
    public async Task RunAsync()
    {
        var workflow = Workflow.Bare<string>().AddExitState("done").WithTimeProvider(_time);
        workflow = blocks
            ? workflow.Register("work", _ => Block(), TaskConfig.Minimal)
            : workflow.Register("work", (_, token) => WaitAsync(token), TaskConfig.Minimal);
        await using var running = await new Scheduler(_time)
            .Cron("flow", workflow, "work", "* * * * * *", missed: MissedPolicy.RunOnce)
            .StartAsync();
        DriveTo(runs / 4);
        var before = Holding.Now();
        DriveTo(runs);
        await Holding.MustBeAsAsync(before, $"{_runs:N0} late runs");
    }

    private void DriveTo(int count)
    {
        while (_runs < count)
            Broken.Unless(_time.AdvanceToNext(), $"the flow stands still after {_runs} runs");
        Broken.Unless(
            _framesMost <= _framesAtFirst + FramesMargin,
            $"{_runs} runs: {_framesMost} frames on the stack; {_framesAtFirst} at first"
        );
    }

    /// <summary>While it runs two occurrences pass. A share of the runs lets the driver have a
    /// look.</summary>
    private string Block()
    {
        Count();
        if (_runs % (runs / 4) != 0 && _framesMost <= _framesAtFirst + FramesMargin)
            _time.Advance(TimeSpan.FromSeconds(2));
        return "done";
    }

    private async ValueTask<string> WaitAsync(CancellationToken token)
    {
        Count();
        await Task.Delay(TimeSpan.FromSeconds(2.5), _time, token);
        return "done";
    }

    private void Count()
    {
        _runs++;
        // The first run begins where the clock is driven, and each other one where the run before it ends.
        if (_runs % 500 != 2)
            return;
        var frames = new StackTrace().FrameCount;
        _framesAtFirst = _framesAtFirst == 0 ? frames : _framesAtFirst;
        _framesMost = Math.Max(_framesMost, frames);
    }
}
