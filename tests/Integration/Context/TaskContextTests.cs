using Cano.Testing;
using Microsoft.Extensions.Logging;

namespace Cano.Integration.Context;

public sealed class TaskContextTests
{
    [Fact]
    public async Task A_context_tells_its_run_state_attempt_clock_and_logger()
    {
        var time = new VirtualTime();
        var logger = new KeepingLogger();
        var told = new List<object?>();
        await Running(
            context =>
                told.AddRange([
                    context.RunId,
                    context.State,
                    context.Attempt,
                    context.TimeProvider,
                    context.SplitResult,
                ]),
            workflow => workflow.WithTimeProvider(time).WithLogger(logger)
        );
        Assert.Equal(["run", "Start", 1, time, null], told);
        await Running(
            context => context.Logger.LogWarning("heard"),
            workflow => workflow.WithTimeProvider(time).WithLogger(logger)
        );
        Assert.Equal(["heard"], logger.Warnings);
    }

    [Fact]
    [Trait("ID", "P4")]
    public async Task A_context_gives_resources_by_string_and_by_enum()
    {
        var told = new List<object?>();
        await Running(
            context =>
                told.AddRange([
                    context.Get<string>("key"),
                    context.Get<string>(Stage.Work),
                    context.Resources.Get<string>("key"),
                ]),
            workflow => workflow.WithResources(new Resources().Insert("key", "a").Insert(Stage.Work, "b"))
        );
        Assert.Equal(["a", "b", "a"], told);
    }

    [Fact]
    public async Task Progress_is_reported_to_the_logger_within_its_bounds()
    {
        var logger = new KeepingLogger();
        await Running(
            context =>
            {
                context.Progress.Report(0.5);
                context.Progress.Report(7);
            },
            workflow => workflow.WithLogger(logger)
        );
        Assert.Equal(
            ["State Start is at 50 %", "State Start is at 100 %"],
            logger.Details.Where(text => text.Contains("is at", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_branchs_context_tells_the_state_of_its_split()
    {
        string? state = null;
        var branch = CanoTask.From<Stage>(
            "b",
            (context, _) =>
            {
                state = context.State;
                return new ValueTask<Stage>(Stage.End);
            }
        );
        await Branches
            .Split(Branches.Joining(JoinStrategy.All), _ => { }, branch)
            .OrchestrateAsync(Stage.Start);
        Assert.Equal("Start", state);
    }

    [Fact]
    public async Task An_async_local_of_the_caller_reaches_tasks_and_branches()
    {
        var local = new AsyncLocal<string?> { Value = "caller" };
        var seen = new System.Collections.Concurrent.ConcurrentBag<string?>();
        var branch = CanoTask.From<Stage>(
            "b",
            (_, _) =>
            {
                seen.Add(local.Value);
                return new ValueTask<Stage>(Stage.End);
            }
        );
        await Branches
            .Split(Branches.Joining(JoinStrategy.All), _ => seen.Add(local.Value), branch, branch)
            .OrchestrateAsync(Stage.Start);
        Assert.Equal(["caller", "caller", "caller"], seen);
    }

    [Fact]
    public async Task What_a_branch_puts_into_an_async_local_stays_its_own()
    {
        var local = new AsyncLocal<string?> { Value = "caller" };
        var seen = new System.Collections.Concurrent.ConcurrentBag<string?>();
        ITask<Stage> Branch(int index) =>
            CanoTask.From<Stage>(
                $"{index}",
                (_, _) =>
                {
                    seen.Add(local.Value);
                    local.Value = $"branch {index}";
                    return new(Stage.End);
                }
            );
        await Branches
            .Split(
                Branches.Joining(JoinStrategy.All),
                _ => seen.Add(local.Value),
                [.. Enumerable.Range(0, 40).Select(Branch)]
            )
            .OrchestrateAsync(Stage.Start);
        Assert.All(seen, value => Assert.Equal("caller", value));
    }

    private static Task<Stage> Running(
        Action<TaskContext> body,
        Func<Workflow<Stage>, Workflow<Stage>> with
    ) =>
        with(
                Workflow
                    .Bare<Stage>()
                    .Register(
                        Stage.Start,
                        context =>
                        {
                            body(context);
                            return Stage.End;
                        },
                        TaskConfig.Minimal
                    )
                    .AddExitState(Stage.End)
            )
            .OrchestrateAsync(Stage.Start, "run");
}
