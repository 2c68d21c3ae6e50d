using Cano.Kernel;

namespace Cano;

/// <summary>What all bodies of a run share.</summary>
internal class RunScope
{
    private string? _effectId;

    public RunScope(Plan plan, RunOptions options, Resources resources, string? runId)
    {
        Plan = plan;
        Options = options;
        Resources = resources;
        RunId = runId;
        _effectId = runId;
    }

    public Plan Plan { get; }

    public RunOptions Options { get; }

    public Resources Resources { get; }

    public string? RunId { get; }

    /// <summary>Tells observers what happens; null when there are none.</summary>
    public RunObservation? Observation { get; protected init; }

    /// <summary>The run's part of effect keys: its id, or one drawn when it is first asked for.</summary>
    public string EffectId
    {
        get
        {
            if (_effectId is { } known) return known;
            var bytes = new byte[16];
            Options.Random.NextBytes(bytes);
            // Two branches may ask at once; all must get the same answer.
            return Interlocked.CompareExchange(ref _effectId, new Guid(bytes).ToString("N"), null) ?? _effectId;
        }
    }
}
