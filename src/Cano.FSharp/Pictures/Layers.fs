namespace Cano.FSharp

/// Where the nodes of a graph stand that is read from top to bottom.
[<RequireQualifiedAccess>]
module internal Layers =

    /// A way from one node to another, by their numbers.
    type Way = { From: int; To: int }

    /// The ways that lead back to a node that leads to them: what is left has no circle.
    let private backward (count: int) (ways: Way list) : Set<int * int> =
        let following = ways |> List.groupBy _.From |> Map.ofList
        let seen = System.Collections.Generic.HashSet<int>()
        let mutable back = Set.empty

        let rec visit above node =
            if seen.Add node then
                for way in Map.tryFind node following |> Option.defaultValue [] do
                    if Set.contains way.To (Set.add node above) then
                        back <- back.Add((way.From, way.To))
                    else
                        visit (Set.add node above) way.To

        for node in 0 .. count - 1 do
            visit Set.empty node

        back

    /// The layer of each node: below all that lead to it.
    let private layers (count: int) (ways: Way list) : int[] =
        let layer = Array.zeroCreate count
        let mutable moved = true

        // Without circles this ends after as many rounds as there are nodes.
        while moved do
            moved <- false

            for way in ways do
                if layer[way.To] <= layer[way.From] then
                    layer[way.To] <- layer[way.From] + 1
                    moved <- true

        layer

    /// Each node of a layer below the middle of those in the layer above that lead to it.
    let private sorted (ways: Way list) (nodes: int list list) =
        let below (above: int list) (nodes: int list) =
            let place node =
                let leading =
                    ways
                    |> List.filter (fun way -> way.To = node)
                    |> List.choose (fun way -> List.tryFindIndex ((=) way.From) above)

                if leading.IsEmpty then
                    float above.Length
                else
                    leading |> List.averageBy float

            List.sortBy place nodes

        match nodes with
        | [] -> []
        | first :: rest -> List.scan below first rest

    /// A graph in layers, the nodes of each from left to right.
    type Laid = {
        Nodes: int list list
        Layer: int[]
        /// The ways that lead up.
        Back: Set<int * int>
    }

    /// count: how many nodes there are, in the order in which they are told.
    let lay (count: int) (ways: Way list) : Laid =
        let ways = ways |> List.filter (fun way -> way.From <> way.To) |> List.distinct
        let back = backward count ways

        let forward =
            ways |> List.filter (fun way -> not (back.Contains((way.From, way.To))))

        let layer = layers count forward

        let nodes = [
            for level in 0 .. (if count = 0 then -1 else Array.max layer) ->
                [
                    for node in 0 .. count - 1 do
                        if layer[node] = level then
                            node
                ]
        ]

        {
            Nodes = sorted forward nodes
            Layer = layer
            Back = back
        }
