using Cano.Integration.Examples;

namespace Cano.Integration.Packing;

/// <summary>The packages in a stranger's project, with nothing set but the reference.</summary>
[Collection(StartsProcesses.Name)]
public sealed class PackagesTests(PackedSolution packed) : IClassFixture<PackedSolution>
{
    [Fact]
    public async Task A_fresh_project_lists_runs_with_the_platforms_own_ToListAsync() =>
        Assert.Equal(
            "order-1 Finished, by System.Linq.AsyncEnumerable",
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
