namespace Cano.Testing.Driving;

/// <summary>Where the user's code goes on after an await under a virtual clock.</summary>
internal sealed class VirtualContext(VirtualWork work) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) =>
        work.GoOn(() =>
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                d(state);
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        });

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;
}
