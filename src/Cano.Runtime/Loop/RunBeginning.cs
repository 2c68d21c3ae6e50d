using Cano.Kernel;

namespace Cano.Runtime.Loop;

/// <summary>Where and why a run begins: afresh, or from its rows.</summary>
/// <param name="Run">Where it is.</param>
/// <param name="Event">What the kernel is told first.</param>
/// <param name="RunId">The run's id; null when it has none.</param>
/// <param name="Equipment">What only some runs are given; null for nothing.</param>
internal readonly record struct RunBeginning(
    Run Run,
    RunEvent Event,
    string? RunId,
    RunEquipment? Equipment = null
);
