namespace Cano.Examples.Nodes;

/// <summary>What the nodes work on: a parcel that goes through six towns, a second or two for each.</summary>
internal static class Parcels
{
    public const string Start = "1";
    public const string End = "there";

    /// <param name="told">Hears what is done, and in which town.</param>
    public static Workflow<string> Workflow(Action<string, string> told)
    {
        var parcels = Cano.Workflow.Bare<string>().WithName("parcels");
        for (var town = 1; town <= 6; town++)
        {
            var next = town == 6 ? End : $"{town + 1}";
            parcels = parcels.Register(
                $"{town}",
                async (context, token) =>
                {
                    told(context.RunId, $"in town {context.State}");
                    await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, token);
                    if (next == End)
                        told(context.RunId, End);
                    return next;
                }
            );
        }

        return parcels.AddExitState(End);
    }
}
