namespace Cano.Integration.Guests;

/// <summary>Cancels on a thread of its own, whose stack is nobody else's.</summary>
internal static class Canceller
{
    [ThreadStatic]
    private static bool t_cancels;

    /// <summary>Whether this runs beneath somebody who cancels.</summary>
    public static bool IsBeneath => t_cancels;

    public static Thread Start(CancellationTokenSource cancel)
    {
        var canceller = new Thread(() =>
        {
            t_cancels = true;
            cancel.Cancel();
            t_cancels = false;
        })
        {
            IsBackground = true,
        };
        canceller.Start();
        return canceller;
    }

    public static void AssertReturned(this Thread canceller) =>
        Assert.True(canceller.Join(TimeSpan.FromSeconds(30)));
}
