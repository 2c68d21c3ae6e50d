using Cano.Kernel;
using Cano.Testing;

namespace Cano.Integration.Steps.Pure;

/// <summary>States that reach nothing outside.</summary>
public sealed class PureStateTests
{
    private static readonly string[] Letters = ["A", "B", "C", "D"];

    [Fact]
    [Trait("ID", "Y28")]
    public async Task Pure_states_are_durable_with_what_follows_them()
    {
        var store = new TellingStore();
        await Chain().Pure(Letters).WithCheckpointStore(store).OrchestrateAsync("A", "run");
        Assert.Equal(["defer 0", "defer 1", "defer 2", "defer 3", "append 4", "clear"], store.Told);
    }

    [Fact]
    [Trait("ID", "Y28")]
    public async Task The_entry_of_a_state_that_is_not_pure_is_durable_before_its_task()
    {
        var store = new TellingStore();
        await Chain(state => store.Tell($"body {state}"))
            .Pure("A", "B", "D")
            .WithCheckpointStore(store)
            .OrchestrateAsync("A", "run");
        Assert.Equal(
            [
                "defer 0",
                "body A",
                "defer 1",
                "body B",
                "append 2",
                "body C",
                "defer 3",
                "body D",
                "append 4",
                "clear",
            ],
            store.Told
        );
    }

    [Fact]
    [Trait("ID", "Y28")]
    public async Task A_router_is_asked_when_the_rows_before_it_are_durable()
    {
        var store = new TellingStore();
        await Workflow
            .Bare<string>()
            .Register("A", _ => "R")
            .RegisterRouter(
                "R",
                _ =>
                {
                    store.Tell("router");
                    return "B";
                }
            )
            .Register("B", _ => "end")
            .Pure("A", "B")
            .AddExitState("end")
            .WithCheckpointStore(store)
            .OrchestrateAsync("A", "run");
        Assert.Equal(["defer 0", "flush", "router", "defer 1", "append 2", "clear"], store.Told);
    }

    [Fact]
    [Trait("ID", "Y28")]
    public async Task A_retry_waits_when_the_rows_before_it_are_durable()
    {
        var store = new TellingStore();
        await Workflow
            .Bare<string>()
            .Register(
                "A",
                context => context.Attempt == 1 ? throw new IOException("once") : "end",
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero)
            )
            .Pure("A")
            .AddExitState("end")
            .WithCheckpointStore(store)
            .OrchestrateAsync("A", "run");
        Assert.Equal(["defer 0", "flush", "append 1", "clear"], store.Told);
    }

    [Fact]
    [Trait("ID", "Y28")]
    public async Task A_run_whose_deferred_rows_cannot_be_written_tells_no_exit()
    {
        var store = new TellingStore { RefusesAppends = true };
        var failed = await Assert.ThrowsAsync<CanoException>(() =>
            Chain().Pure(Letters).WithCheckpointStore(store).OrchestrateAsync("A", "run")
        );
        Assert.Equal("checkpoint_store", failed.Error.Category);
        Assert.DoesNotContain("clear", store.Told);
    }

    [Fact]
    [Trait("ID", "Y28")]
    public async Task The_first_row_of_an_engine_s_run_is_durable_when_its_start_is_told()
    {
        var store = new TellingStore();
        var entered = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var workflow = Workflow
            .Bare<string>()
            .Register(
                "A",
                async (_, _) =>
                {
                    entered.SetResult();
                    await goOn.Task;
                    return "B";
                }
            )
            .Register("B", _ => "end")
            .Pure("A", "B")
            .AddExitState("end")
            .WithName("pure");
        await using var engine = await CanoEngine.OpenAsync(store);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, "A", "run");
        Assert.Contains("append 0", store.Told);
        await entered.Task.Soon();
        goOn.SetResult();
        await run.Completion().Soon();
        Assert.Contains("defer 1", store.Told);
    }

    [Fact]
    [Trait("ID", "Y28")]
    public async Task What_a_crash_takes_is_calculated_again_in_the_same_visits()
    {
        var store = new TellingStore { LosesDeferred = true };
        var visits = new List<string>();
        var workflow = Chain(visits.Add).Pure("B", "C", "D").WithCheckpointStore(store);
        store.Dies = "append 4";
        await Assert.ThrowsAsync<CanoException>(() => workflow.OrchestrateAsync("A", "run"));
        Assert.Equal(["A", "B", "C", "D"], visits);
        store.Dies = null;
        Assert.Equal("end", await workflow.ResumeFromAsync("run"));
        Assert.Equal(["A", "B", "C", "D", "A", "B", "C", "D"], visits);
    }

    [Fact]
    [Trait("ID", "E13")]
    public async Task A_journal_writes_what_was_deferred_by_itself()
    {
        using var directory = new TempDirectory();
        var time = new VirtualTime();
        var options = new FasterCheckpointOptions { TimeProvider = time };
        await using var store = await FasterCheckpointStore.OpenAsync(directory.Path, options);
        await store.DeferAsync("a", Rows.Entered(0), 1);
        Assert.Empty(await store.LoadRunAsync("a"));
        time.Advance(TimeSpan.FromMilliseconds(10));
        // Behind it in the journal, so that it is there when this is.
        await store.AppendAsync("b", Rows.Entered(0), 1);
        Assert.Single(await store.LoadRunAsync("a"));
    }

    [Fact]
    [Trait("ID", "Y29")]
    public async Task A_pure_state_has_no_effect_key()
    {
        var workflow = Workflow
            .Bare<string>()
            .Register("A", context => context.EffectKey)
            .AddExitState("end");
        var failed = await Assert.ThrowsAsync<CanoException>(() => workflow.Pure("A").OrchestrateAsync("A"));
        Assert.Equal("workflow", failed.Error.Category);
        Assert.Equal(
            "state 'A' is declared pure, and its task asks for an effect key: leave a state that reaches outside "
                + "out of Pure",
            failed.Error.Message
        );
    }

    [Fact]
    [Trait("ID", "Y29")]
    public void Only_a_plain_task_can_be_pure()
    {
        var workflow = Workflow
            .Bare<string>()
            .Pure("later", "router", "poll", "never")
            .Register("later", _ => "router")
            .RegisterRouter("router", _ => "poll")
            .RegisterPoll("poll", (_, _) => new(PollOutcome.Ready("end")))
            .AddExitState("end");
        Assert.Equal(
            [
                "State 'never' is declared pure and not registered: register it, or leave it out",
                "State 'poll' is declared pure, and is no plain task: only a state with one task, without "
                    + "compensation, can be",
                "State 'router' is declared pure, and is no plain task: only a state with one task, without "
                    + "compensation, can be",
            ],
            Assert.Throws<CanoException>(workflow.Validate).Error.Problems.Order(StringComparer.Ordinal)
        );
        Assert.Throws<ArgumentNullException>(() => workflow.Pure(null!));
    }

    [Fact]
    [Trait("ID", "Y29")]
    public void A_diagram_says_which_states_are_pure()
    {
        var workflow = Chain().Pure("A");
        Assert.Equal(StepKind.NewPure(TaskConfig.Default.Policy), workflow.Definition.States[0].Step);
        Assert.Contains("A (pure)", workflow.ToMermaid(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "Y29")]
    public async Task A_simulation_tells_of_a_state_that_is_not_as_pure_as_it_is_declared()
    {
        var calls = 0;
        await BreaksAsync(
            _ => ++calls % 2 == 0 ? "B" : "end",
            "state 'A' is declared pure: it answered end, and on the same data B"
        );
        await BreaksAsync(
            context =>
            {
                context.Store.Put("calls", ++calls);
                return "B";
            },
            "state 'A' is declared pure: it left two different values under 'calls' on the same data"
        );
        await BreaksAsync(
            _ => ++calls % 2 == 0 ? throw new IOException("gone") : "B",
            "state 'A' is declared pure: it answered, and called again it threw"
        );

        async Task BreaksAsync(Func<TaskContext, string> body, string breach)
        {
            calls = 0;
            var options = new SimulationOptions { Faults = SimulationFaults.None };
            var broken = await Assert.ThrowsAsync<SimulationException>(() =>
                Simulate.RunAsync(
                    _ =>
                        Workflow
                            .Create<string>(new Resources().Insert("store", MemoryStore.Durable()))
                            .Register("A", body, TaskConfig.Minimal)
                            .Register("B", _ => "end")
                            .Pure("A")
                            .AddExitState("end"),
                    "A",
                    1,
                    options
                )
            );
            Assert.StartsWith(breach, broken.Run.Breaches[0], StringComparison.Ordinal);
        }
    }

    /// <summary>A to D, one after another.</summary>
    private static Workflow<string> Chain(Action<string>? entered = null)
    {
        var workflow = Workflow.Bare<string>().AddExitState("end");
        for (var i = 0; i < Letters.Length; i++)
        {
            var next = i + 1 < Letters.Length ? Letters[i + 1] : "end";
            workflow = workflow.Register(
                Letters[i],
                context =>
                {
                    entered?.Invoke(context.State);
                    return next;
                }
            );
        }

        return workflow;
    }
}
