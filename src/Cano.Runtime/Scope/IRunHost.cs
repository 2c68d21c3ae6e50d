namespace Cano.Runtime.Scope;

/// <summary>Who holds a run while it is under way. Told on the run's stack, so that it does no more than take
/// notice.</summary>
internal interface IRunHost
{
    /// <summary>Whether it wants to hear of the next row.</summary>
    bool Listens { get; }

    /// <summary>The run that was there is its.</summary>
    void Claimed();

    /// <summary>A row is durable.</summary>
    void Appended(CheckpointRow row);
}
