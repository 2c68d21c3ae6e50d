using System.Diagnostics;
using Cano.Testing;

namespace Cano.Integration.Telemetry;

/// <summary>What spans a run has that ends where it began.</summary>
[Collection(Listens.Name)]
public sealed class SpanTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "R11")]
    public async Task States_are_siblings_in_their_run_and_attempts_in_their_state()
    {
        using var traced = new Traced();
        var failures = 1;
        var workflow = Named()
            .Register(
                Stage.Start,
                (_, _) => failures-- > 0 ? throw new IOException("no disk") : new(Stage.Work),
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromSeconds(1))
            )
            .Register(Stage.Work, (_, _) => new(Stage.End))
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        await _time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start));

        Assert.Equal(
            "run traced(state Start(attempt Start, attempt Start), state Work(attempt Work), state End)",
            traced.Tree
        );
        Assert.Equal(["1", "2", "1"], traced.Of("attempt").Select(attempt => attempt.Of("cano.attempt")));
        var run = traced.Of("run").Single();
        Assert.Equal(default, run.ParentSpanId);
        Assert.Equal(("traced", "completed"), (run.Of("cano.workflow"), run.Of("cano.status")));
        Assert.Equal(ActivityStatusCode.Unset, run.Status);
        Assert.Empty(traced.Open);
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task What_fails_says_why_and_what_is_above_it_only_if_it_fails_of_it()
    {
        using var traced = new Traced();
        var workflow = Named()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                (_, _, _) => throw new TimeoutException("late")
            )
            .Register(Stage.Work, (_, _) => throw new IOException("no disk"), TaskConfig.Minimal)
            .AddExitState(Stage.End);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));

        Assert.Equal(
            "run traced(state Start(attempt Start), state Work(attempt Work), compensation Start)",
            traced.Tree
        );
        Assert.Equal(
            [
                ("run traced", "compensation_failed"),
                ("state Work", "task_execution"),
                ("attempt Work", "task_execution"),
                ("compensation Start", "task_execution"),
            ],
            traced
                .Begun.Where(span => span.Status == ActivityStatusCode.Error)
                .Select(span => (span.OperationName, span.Of("error.type")!))
        );
        Assert.Equal(
            [("attempt Work", "System.IO.IOException"), ("compensation Start", "System.TimeoutException")],
            traced.Begun.SelectMany(span =>
                span.Events.Where(happened => happened.Name == "exception")
                    .Select(happened =>
                        (
                            span.OperationName,
                            (string)happened.Tags.Single(tag => tag.Key == "exception.type").Value!
                        )
                    )
            )
        );
        Assert.Equal("rollback_failed", traced.Of("run").Single().Of("cano.status"));
        Assert.Equal(
            ["success", "failure"],
            traced.Of("attempt").Select(attempt => attempt.Of("cano.outcome"))
        );
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task Branches_are_siblings_and_each_body_is_in_its_own()
    {
        using var traced = new Traced();
        var seen = new string?[3];
        var workflow = Named()
            .RegisterSplit(
                Stage.Start,
                [
                    .. Enumerable
                        .Range(0, 3)
                        .Select(index =>
                            CanoTask.From<Stage>(
                                $"branch {index}",
                                async (_, _) =>
                                {
                                    await Task.Yield();
                                    seen[index] = Activity.Current?.Id;
                                    return index == 1 ? throw new IOException() : Stage.End;
                                },
                                TaskConfig.Minimal
                            )
                        ),
                ],
                JoinConfig.Create(JoinStrategy.PartialTimeout, Stage.End).WithTimeout(TimeSpan.FromMinutes(1))
            )
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);

        Assert.Equal(
            "run traced(state Start(branch Start, branch Start, branch Start), state End)",
            traced.Tree
        );
        var branches = traced.Of("branch");
        Assert.Equal(["0", "1", "2"], branches.Select(branch => branch.Of("cano.branch")));
        Assert.Equal(seen, branches.Select(branch => branch.Id));
        Assert.Equal(["success", "failure", "success"], branches.Select(branch => branch.Of("cano.outcome")));
        Assert.Equal(ActivityStatusCode.Unset, traced.Of("state")[0].Status);
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task A_wait_is_a_span_of_its_own_in_its_state()
    {
        using var traced = new Traced();
        var workflow = Named()
            .RegisterTimer(Stage.Start, TimeSpan.FromHours(1), Stage.End)
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        await _time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(
            "run traced(state Start(attempt Start, wait Start, attempt Start), state End)",
            traced.Tree
        );
        Assert.Empty(traced.Open);
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task Runs_beside_each_other_are_traces_of_their_own()
    {
        using var traced = new Traced();
        var workflow = Named()
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    await Task.Yield();
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal(20, traced.Of("run").Select(run => run.TraceId).Distinct().Count());
        Assert.All(
            traced.Of("run"),
            run => Assert.Equal("run traced(state Start(attempt Start), state End)", traced.TreeOf(run))
        );
        Assert.Empty(traced.Open);
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task However_runs_end_or_rest_no_span_stays_open_or_misses_its_parent()
    {
        using var traced = new Traced();
        await Scenes.PlayAsync();
        Assert.NotEmpty(traced.Begun);
        Assert.Empty(traced.Open);
        var known = traced.Begun.Select(span => (span.TraceId, span.SpanId)).ToHashSet();
        Assert.DoesNotContain(
            traced.Begun,
            span => span.ParentSpanId != default && !known.Contains((span.TraceId, span.ParentSpanId))
        );
    }

    private static Workflow<Stage> Named() => Workflow.Bare<Stage>().WithName("traced");
}
