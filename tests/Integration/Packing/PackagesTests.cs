namespace Cano.Integration.Packing;

/// <summary>The packages in a stranger's project, with nothing set but the reference.</summary>
[Collection(PackedSolution.Collection)]
public sealed class PackagesTests(PackedSolution packed)
{
    [Fact]
    public async Task A_fresh_project_lists_runs_with_the_platforms_own_ToListAsync() =>
        Assert.Equal(
            "order-1 Completed, by System.Linq.AsyncEnumerable",
            (
                await packed.RunAsync(
                    "Stranger.csproj",
                    "",
                    "Program.cs",
                    """
                    using Cano;

                    await using var journal = await FasterCheckpointStore.OpenAsync("journal");
                    await Workflow
                        .Bare<Order>()
                        .Register(Order.Start, _ => Order.Done, TaskConfig.Minimal)
                        .AddExitState(Order.Done)
                        .WithCheckpointStore(journal)
                        .WithRetention(Retention.Keep)
                        .OrchestrateAsync(Order.Start, "order-1");
                    List<RunSummary> runs = await journal.ListRunsAsync(RunFilter.All).ToListAsync();
                    Func<IAsyncEnumerable<int>, CancellationToken, ValueTask<List<int>>> platforms = AsyncEnumerable.ToListAsync;
                    Console.WriteLine($"{runs[0].RunId} {runs[0].Status}, by {platforms.Method.DeclaringType!.Assembly.GetName().Name}");

                    enum Order { Start, Done }
                    """
                )
            ).Trim()
        );

    [Fact]
    [Trait("ID", "F33")]
    public async Task A_stream_of_the_guide_compiles_with_the_platforms_own_AsyncEnumerable() =>
        Assert.Equal(
            "2 readings, 2.5 on average",
            (
                await packed.RunAsync(
                    "Streaming.csproj",
                    "",
                    "Program.cs",
                    """
                    using Cano;

                    var readings = new[] { 10, 20, 30 }.ToAsyncEnumerable().Concat(AsyncEnumerable.Empty<int>());
                    await Workflow
                        .Bare<Step>()
                        .RegisterStream(Step.Read, new Averages(readings))
                        .AddExitState(Step.Done)
                        .OrchestrateAsync(Step.Read);

                    enum Step { Read, Done }

                    internal sealed class Averages(IAsyncEnumerable<int> sensor) : IStreamTask<Step, int, double, int>
                    {
                        public StreamWindow Window => StreamWindow.Count(3);

                        public IAsyncEnumerable<int> OpenAsync(TaskContext context, Cursor<int> cursor, CancellationToken token) =>
                            sensor.Where(reading => reading > cursor.Or(10));

                        public ValueTask<(double Output, int Cursor)> ProcessItemAsync(TaskContext context, int reading, CancellationToken token) =>
                            new((reading / 10.0, reading));

                        public ValueTask<WindowOutcome<Step>> FlushWindowAsync(TaskContext context, IReadOnlyList<double> outputs, CancellationToken token)
                        {
                            Console.WriteLine(FormattableString.Invariant($"{outputs.Count} readings, {outputs.Average()} on average"));
                            return new(WindowOutcome.Continue);
                        }

                        public ValueTask<Step> OnCloseAsync(TaskContext context, StreamEnd reason, CancellationToken token) => new(Step.Done);
                    }
                    """
                )
            ).Trim()
        );

    [Fact]
    [Trait("ID", "X21")]
    public async Task A_fresh_project_hosts_an_engine_and_defines_a_workflow_as_a_class() =>
        Assert.Equal(
            "charged under order-1, Done",
            (
                await packed.RunAsync(
                    "Hosted.csproj",
                    "",
                    "Program.cs",
                    """
                    using Cano;
                    using Microsoft.Extensions.DependencyInjection;
                    using Microsoft.Extensions.Hosting;
                    using Microsoft.Extensions.Logging;

                    var builder = Host.CreateApplicationBuilder();
                    builder.Logging.ClearProviders();
                    builder.Configuration["Cano:Journal"] = "hosted-journal";
                    builder.Services.AddSingleton(Console.Out);
                    builder.Services.AddCano().AddWorkflow<Orders>().AddHealthCheck();
                    using var host = builder.Build();
                    await host.StartAsync();
                    var orders = host.Services.GetRequiredService<Workflow<Step>>();
                    Console.WriteLine(await orders.OrchestrateAsync(Step.Charge, "order-1"));
                    await host.StopAsync();

                    enum Step { Charge, Done }

                    internal sealed class Orders : IWorkflowDefinition<Step>
                    {
                        public string Name => "orders";

                        public Workflow<Step> Build(Workflow<Step> workflow) =>
                            workflow.Register<Step, Charge>(Step.Charge).AddExitState(Step.Done);
                    }

                    internal sealed class Charge(TextWriter output) : ITask<Step>
                    {
                        public ValueTask<Step> RunAsync(TaskContext context, CancellationToken cancellationToken)
                        {
                            output.Write($"charged under {context.RunId}, ");
                            return new(Step.Done);
                        }
                    }
                    """,
                    "Cano.Hosting"
                )
            ).Trim()
        );

    [Fact]
    [Trait("ID", "F33")]
    public async Task What_the_journal_is_built_on_is_not_among_what_a_project_compiles_against() =>
        Assert.DoesNotContain(
            await packed.ReferencesAsync("References.csproj"),
            name => name.StartsWith("FASTER", StringComparison.Ordinal) || name.Contains("Interactive")
        );

    [Fact]
    public async Task An_FSharp_project_is_not_set_back_from_the_core_library_of_its_own_SDK() =>
        Assert.Equal(
            "1",
            (
                await packed.RunAsync(
                    "FStranger.fsproj",
                    """<Compile Include="Program.fs" />""",
                    "Program.fs",
                    """
                    open System.Linq
                    open Cano

                    let journal = new MemoryCheckpointStore()
                    journal.AppendAsync("order-1", CheckpointRow(Sequence = 0, Kind = RowKind.StateEntered, State = "start"), 1L)
                        .AsTask().Wait()
                    let runs = journal.ListRunsAsync(RunFilter.All).ToListAsync().AsTask().Result
                    printfn "%d" runs.Count
                    """
                )
            ).Trim()
        );
}
