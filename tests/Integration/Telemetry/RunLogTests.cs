using System.Collections.Concurrent;
using System.Diagnostics;
using Cano.Testing;
using Microsoft.Extensions.Logging;

namespace Cano.Integration.Telemetry;

/// <summary>What the log says of a run, and what lines of its bodies carry.</summary>
[Collection(Listens.Name)]
public sealed class RunLogTests
{
    private readonly ScopingLogger _logger = new();

    [Fact]
    [Trait("ID", "R12")]
    public async Task Each_hook_is_a_line_with_its_number_and_level()
    {
        var time = new VirtualTime();
        var failures = 1;
        var workflow = Named()
            .RegisterWithCompensation<int>(Stage.Start, (_, _) => new((Stage.Work, 1)), (_, _, _) => default)
            .Register(
                Stage.Work,
                (_, _) =>
                    failures-- > 0 ? throw new IOException("no disk") : throw new TimeoutException("late"),
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromSeconds(1))
            )
            .AddExitState(Stage.End)
            .WithLogger(_logger)
            .WithTimeProvider(time);
        await Failures.OfAsync(time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start, "run")));
        Assert.Equal(
            [
                (100, LogLevel.Debug, "Run run begins in state Start"),
                (105, LogLevel.Debug, "Run run enters state Start"),
                (106, LogLevel.Debug, "Run run, state Start: task Start begins"),
                (107, LogLevel.Information, "Run run, state Start: task Start succeeded"),
                (105, LogLevel.Debug, "Run run enters state Work"),
                (106, LogLevel.Debug, "Run run, state Work: task Work begins"),
                (
                    110,
                    LogLevel.Warning,
                    "Run run: task Work is tried again in 00:00:01: IOException: no disk"
                ),
                (108, LogLevel.Error, "Run run, state Work: task Work failed: TimeoutException: late"),
                (116, LogLevel.Debug, "Run run: what state Start did is to be undone"),
                (117, LogLevel.Information, "Run run: what state Start did is undone"),
                (103, LogLevel.Warning, "Run run is RolledBack in state Work: TimeoutException: late"),
            ],
            _logger.Lines.Select(line => (line.Id, line.Level, line.Text))
        );
        // What failed is beside its line, with its stack.
        Assert.Equal(
            [("no disk", true), ("late", true)],
            _logger.Thrown.Select(thrown => (thrown.Message, thrown.StackTrace is not null))
        );
    }

    [Fact]
    [Trait("ID", "R12")]
    public async Task Lines_of_a_run_are_of_its_trace()
    {
        using var traced = new Traced();
        var workflow = Named()
            .Register(Stage.Start, (_, _) => throw new IOException("no disk"), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithLogger(_logger);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        var run = Assert.Single(traced.Of("run"));
        // The first line stands before its span.
        Assert.Equal(
            [105, 106, 108, 103],
            _logger.Traces.Where(it => it.Trace == run.TraceId).Select(it => it.Id)
        );
        Assert.Null(Activity.Current);
    }

    [Theory]
    [InlineData("orders", "run", "cano.workflow:orders cano.run.id:run cano.state:Start")]
    [InlineData(null, null, "cano.state:Start")]
    [Trait("ID", "R12")]
    public async Task What_a_body_logs_carries_its_run_and_state(string? name, string? id, string scope)
    {
        var bare = Workflow.Bare<Stage>();
        var workflow = (name is null ? bare : bare.WithName(name))
            .Register(
                Stage.Start,
                async (context, _) =>
                {
                    await Task.Yield();
                    context.Logger.LogInformation(new EventId(7), "{What}", "mine");
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End)
            .WithLogger(_logger);
        await (
            id is null ? workflow.OrchestrateAsync(Stage.Start) : workflow.OrchestrateAsync(Stage.Start, id)
        );
        var line = _logger.Lines.Single(line => line.Id == 7);
        Assert.Equal(("mine", scope), (line.Text, line.Scope));
    }

    [Fact]
    [Trait("ID", "R12")]
    public async Task Branches_and_compensations_carry_them_too()
    {
        var workflow = Named()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                (context, _, _) =>
                {
                    context.Logger.LogInformation(new EventId(7), "{What}", "undo");
                    return default;
                }
            )
            .RegisterSplit(
                Stage.Work,
                [
                    CanoTask.From<Stage>(
                        "branch",
                        (context, _) =>
                        {
                            context.Logger.LogInformation(new EventId(7), "{What}", "branch");
                            throw new IOException();
                        },
                        TaskConfig.Minimal
                    ),
                ],
                JoinConfig.Create(JoinStrategy.All, Stage.End)
            )
            .AddExitState(Stage.End)
            .WithLogger(_logger);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(
            [
                ("branch", "cano.workflow:orders cano.run.id:run cano.state:Work"),
                ("undo", "cano.workflow:orders cano.run.id:run cano.state:Start"),
            ],
            _logger.Lines.Where(line => line.Id == 7).Select(line => (line.Text, line.Scope!))
        );
    }

    [Fact]
    [Trait("ID", "R12")]
    public async Task Nobody_is_asked_for_a_scope_whose_logger_takes_nothing()
    {
        var asleep = new ScopingLogger { IsAsleep = true };
        var workflow = Named()
            .Register(Stage.Start, (_, _) => new(Stage.End))
            .AddExitState(Stage.End)
            .WithLogger(asleep);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal((0, 0), (asleep.Lines.Count, asleep.ScopeCount));
    }

    private static Workflow<Stage> Named() => Workflow.Bare<Stage>().WithName("orders");

    private sealed class ScopingLogger : ILogger
    {
        private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text, string? Scope)> _lines = [];
        private readonly ConcurrentQueue<(int Id, ActivityTraceId Trace)> _traces = [];
        private readonly ConcurrentQueue<Exception> _thrown = [];
        private readonly AsyncLocal<object?> _scope = new();
        private int _scopeCount;

        public bool IsAsleep { get; init; }

        public int ScopeCount => _scopeCount;

        public IReadOnlyList<(int Id, LogLevel Level, string Text, string? Scope)> Lines => [.. _lines];

        public IDisposable BeginScope<TScope>(TScope state)
            where TScope : notnull
        {
            Interlocked.Increment(ref _scopeCount);
            _scope.Value = state;
            return new Ended(this);
        }

        public bool IsEnabled(LogLevel logLevel) => !IsAsleep;

        public IReadOnlyList<Exception> Thrown => [.. _thrown];

        public IReadOnlyList<(int Id, ActivityTraceId Trace)> Traces => [.. _traces];

        public void Log<TEntry>(
            LogLevel logLevel,
            EventId eventId,
            TEntry state,
            Exception? exception,
            Func<TEntry, Exception?, string> formatter
        )
        {
            _lines.Enqueue((eventId.Id, logLevel, formatter(state, exception), _scope.Value?.ToString()));
            _traces.Enqueue((eventId.Id, Activity.Current?.TraceId ?? default));
            if (exception is not null)
                _thrown.Enqueue(exception);
        }

        private sealed class Ended(ScopingLogger of) : IDisposable
        {
            public void Dispose() => of._scope.Value = null;
        }
    }
}
