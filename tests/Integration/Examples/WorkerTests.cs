using Cano.Examples.Worker;
using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cano.Integration.Examples;

/// <summary>The worker, started, stopped and started again.</summary>
public sealed class WorkerTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly VirtualTime _time = new();
    private readonly Reported _reported = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "X17"), Trait("ID", "X18"), Trait("ID", "X19")]
    public async Task A_reading_that_a_stop_cuts_off_goes_on_at_the_next_start_and_is_kept_once()
    {
        var stuck = new Gate();
        using (var first = Station(stuck))
        {
            await first.StartAsync().Soon();
            _time.Advance(TimeSpan.FromSeconds(10));
            await stuck.Entered.Soon();
            await first.StopAsync().Soon();
        }

        Assert.Empty(await LinesAsync());
        var open = new Gate();
        open.Open();
        using var second = Station(open);
        await second.StartAsync().Soon();
        var engine = second.Services.GetRequiredService<CanoEngine>();
        var workflow = second.Services.GetRequiredKeyedService<Workflow<Step>>("reading");
        var cutOff = Assert.Single(await engine.ListAsync().ToListAsync());
        Assert.Equal(Step.Done, await engine.Run(workflow, cutOff.RunId).Completion().Soon());

        var schedules = second.Services.GetRequiredService<RunningScheduler>();
        await schedules.TriggerAsync("report");
        Assert.Equal(RunStatus.Completed, (await _reported.Ended.Soon()).Status);
        await second.StopAsync().Soon();
        var lines = await LinesAsync();
        Assert.Equal(["21.5", "1 lines so far"], lines.Select(line => line.Split('\t')[1]));
        Assert.StartsWith($"{cutOff.RunId}/", lines[0], StringComparison.Ordinal);
    }

    private IHost Station(Gate gate)
    {
        var builder = Cano.Examples.Worker.Station.Builder(
            "--Cano:Journal",
            _folder.File("journal"),
            "--Station:Archive",
            _folder.File("readings.tsv")
        );
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<IGauge>(new GatedGauge(gate));
        builder.Services.AddSingleton<IWorkflowObserver>(_reported);
        return builder.Build();
    }

    private Task<string[]> LinesAsync() => File.ReadAllLinesAsync(_folder.File("readings.tsv"));

    /// <summary>Hears of the end of the report.</summary>
    private sealed class Reported : IWorkflowObserver
    {
        private readonly TaskCompletionSource<RunEnd> _ended = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Task<RunEnd> Ended => _ended.Task;

        void IWorkflowObserver.OnRunEnd(RunPoint at, RunEnd end)
        {
            if (end.WorkflowName == "report")
                _ended.TrySetResult(end);
        }
    }

    private sealed class GatedGauge(Gate gate) : IGauge
    {
        public async Task<double> ReadAsync(CancellationToken cancellationToken)
        {
            await gate.PassAsync(cancellationToken);
            return 21.5;
        }
    }
}
