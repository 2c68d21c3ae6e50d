using Cano.Testing.Simulations;

namespace Cano.Testing;

/// <summary>Runs a workflow of one's own many times on virtual time, with faults drawn from seeds: tasks that
/// fail, linger or ignore their token, a journal that fails, processes that die, cancels, clocks that are
/// set. The interpreter is the real one; the same seed gives the same run to the last line of its
/// timeline.</summary>
/// <remarks>A workflow's bodies must wait on their context's <see cref="TaskContext.TimeProvider"/> and touch
/// no real I/O. What the engine promises is checked in every run: rows dense, none of a state's work without
/// its row, nothing done again that a row says is done, compensations newest first and recorded once, a
/// rollback never forward, every start with one end, what was set up torn down, every decision equal to its
/// replay.</remarks>
public static class Simulate
{
    /// <summary>Simulates a workflow that needs no world of its own.</summary>
    /// <param name="workflow">The workflow; its store and clock are replaced.</param>
    /// <param name="initial">Where runs begin.</param>
    /// <param name="seeds">How many seeds, at least 1 and 1000 unless given, from
    /// <see cref="SimulationOptions.FirstSeed"/> on.</param>
    /// <param name="options">What may go wrong, and what must hold.</param>
    /// <exception cref="SimulationException">A seed broke what must hold; the message has the seed and the
    /// timeline.</exception>
    /// <exception cref="CanoException">`configuration`: the workflow's wiring is wrong.</exception>
    public static Task<SimulationReport> RunAsync<TState>(
        Workflow<TState> workflow,
        TState initial,
        int seeds = 1000,
        SimulationOptions? options = null
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return RunAsync(_ => workflow, initial, seeds, options);
    }

    /// <summary>Simulates a workflow that is made anew for each seed, with the world that it works
    /// on.</summary>
    /// <param name="make">Makes the workflow and its world, and says what must hold in it.</param>
    /// <param name="initial">Where runs begin.</param>
    /// <param name="seeds">How many seeds, at least 1 and 1000 unless given, from
    /// <see cref="SimulationOptions.FirstSeed"/> on.</param>
    /// <param name="options">What may go wrong, and what must hold.</param>
    /// <exception cref="SimulationException">A seed broke what must hold; the message has the seed and the
    /// timeline.</exception>
    /// <exception cref="CanoException">`configuration`: the workflow's wiring is wrong.</exception>
    public static Task<SimulationReport> RunAsync<TState>(
        Func<Simulation, Workflow<TState>> make,
        TState initial,
        int seeds = 1000,
        SimulationOptions? options = null
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1);
        options ??= new SimulationOptions();
        return OnThread(
            options,
            run =>
            {
                var report = new SimulationReport();
                for (var i = 0; i < seeds; i++)
                {
                    var seed = run(unchecked(options.FirstSeed + i));
                    if (seed.Breaches.Count > 0)
                        throw new SimulationException(seed);
                    report.Add(seed);
                }

                return report;
            },
            make,
            initial
        );
    }

    /// <summary>Runs one seed again and gives everything that is known of it, its breaches
    /// included.</summary>
    /// <param name="workflow">The workflow, as it was simulated.</param>
    /// <param name="initial">Where the run begins.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="options">The options, as they were.</param>
    public static Task<SimulatedRun> ReplayAsync<TState>(
        Workflow<TState> workflow,
        TState initial,
        int seed,
        SimulationOptions? options = null
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return ReplayAsync(_ => workflow, initial, seed, options);
    }

    /// <inheritdoc cref="ReplayAsync{TState}(Workflow{TState}, TState, int, SimulationOptions?)"/>
    /// <param name="make">Makes the workflow and its world, as it did.</param>
    /// <param name="initial">Where the run begins.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="options">The options, as they were.</param>
    public static Task<SimulatedRun> ReplayAsync<TState>(
        Func<Simulation, Workflow<TState>> make,
        TState initial,
        int seed,
        SimulationOptions? options = null
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(initial);
        return OnThread(options ?? new SimulationOptions(), run => run(seed), make, initial);
    }

    private static async Task<T> OnThread<T, TState>(
        SimulationOptions options,
        Func<Func<int, SimulatedRun>, T> work,
        Func<Simulation, Workflow<TState>> make,
        TState initial
    )
        where TState : notnull
    {
        // Not disposed: work that has left may still come to it.
        var woken = new AutoResetEvent(false);
        var thread = new SimulationThread(options.RealTimeLimit);
        return await thread.RunAsync(() => work(RunSeed)).ConfigureAwait(false);

        SimulatedRun RunSeed(int seed)
        {
            var world = new SimulatedWorld(seed, options, woken);
            thread.Begin(world);
            return SeedRun.Of(world, make, initial).Run();
        }
    }
}
