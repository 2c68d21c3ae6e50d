namespace Cano.FSharp

open System
open Cano
open Cano.Kernel

/// A workflow as a diagram: its states from top to bottom, and the ways that it declares.
[<RequireQualifiedAccess>]
module internal WorkflowPicture =

    type private Box = {
        Name: string
        /// What is done there; "" for nothing.
        Work: string
        IsExit: bool
        IsUndone: bool
        Width: float
    }

    let private height = 42.0
    let private between = 34.0
    let private gap = 28.0
    let private margin = 18.0
    // Of a letter, with room to spare: nothing measures text here.
    let private letter = 8.2

    let private box name (work: string) isExit isUndone = {
        Name = name
        Work = work
        IsExit = isExit
        IsUndone = isUndone
        Width =
            max 90.0 (letter * float name.Length + 28.0)
            |> max (6.6 * float work.Length + 24.0)
    }

    let private boxes (definition: Definition) = [
        for state in definition.States do
            if not (Seq.contains state.Name definition.Exits) then
                let traits = Steps.traits state.Step
                let undone = not (isNull traits.Undo)

                let work = [
                    if traits.Label <> "" then
                        traits.Label
                    if undone then
                        "can be undone"
                    if not (Steps.ways state).AreAll then
                        "any may follow"
                ]

                box state.Name (Table.short 60 (String.concat ", " work)) false undone
        for exit in definition.Exits do
            box exit "" true false
    ]

    /// Those that are declared, with what stands on them.
    let private edges (definition: Definition) (numberOf: Map<string, int>) = [
        for state in definition.States do
            for edge in (Steps.ways state).Edges do
                match numberOf.TryFind state.Name, numberOf.TryFind edge.Next with
                | Some from, Some next -> ({ From = from; To = next }: Layers.Way), edge.Text
                | _ -> ()
    ]

    /// What holds a state in its place after the one before it, if no way does.
    let private order (boxes: Box list) (ways: Layers.Way list) = [
        for number in 1 .. boxes.Length - 1 do
            if ways |> List.forall (fun way -> way.To <> number) then
                ({ From = number - 1; To = number }: Layers.Way)
    ]

    let private whole (boxes: Box[]) (nodes: int list) =
        List.sumBy (fun node -> boxes[node].Width) nodes
        + gap * float (nodes.Length - 1)

    /// The middle of each box, and how wide the widest layer is.
    let private across (boxes: Box[]) (laid: Layers.Laid) =
        let width = (120.0 :: List.map (whole boxes) laid.Nodes) |> List.max

        let middles =
            Map [
                for nodes in laid.Nodes do
                    let mutable x = margin + (width - whole boxes nodes) / 2.0

                    for node in nodes do
                        node, x + boxes[node].Width / 2.0
                        x <- x + boxes[node].Width + gap
            ]

        middles, width

    let private top level =
        margin + float level * (height + between)

    let private draw (box: Box) x level =
        let fill, line =
            if box.IsExit then Palette.done', Palette.doneLine
            elif box.IsUndone then Palette.work, Palette.undoLine
            else Palette.work, Palette.workLine

        let said y (attributes: (string * string) list) text =
            Markup.words (("text-anchor", "middle") :: attributes) x (top level + y) text

        [
            Markup.shape
                "rect"
                [
                    "x", Markup.number (x - box.Width / 2.0)
                    "y", Markup.number (top level)
                    "width", Markup.number box.Width
                    "height", Markup.number height
                    "rx", (if box.IsExit then "21" else "6")
                    "fill", fill
                    "stroke", line
                    "stroke-width", (if box.IsExit then "2" else "1.2")
                ]
                ""
            said (if box.Work = "" then 26.0 else 19.0) [ "font-weight", "600" ] box.Name
            if box.Work <> "" then
                said 34.0 [ "font-size", "11"; "fill", Palette.faint ] box.Work
        ]

    let private path points =
        let point (x, y) = $"{Markup.number x} {Markup.number y}"

        let rec onward (x, y) rest =
            match rest with
            | [] -> ""
            | (nextX, nextY) :: rest ->
                let half = (y + nextY) / 2.0

                $" C {point (x, half)} {point (nextX, half)} {point (nextX, nextY)}"
                + onward (nextX, nextY) rest

        match points with
        | [] -> ""
        | first :: rest -> $"M {point first}" + onward first rest

    let private arrow path =
        Markup.shape
            "path"
            [
                "d", path
                "fill", "none"
                "stroke", Palette.line
                "stroke-width", "1.4"
                "marker-end", "url(#way)"
            ]
            ""

    let private label (text: string) x y =
        if text = "" then
            ""
        else
            Markup.words
                [
                    "font-size", "11"
                    "fill", Palette.faint
                    "stroke", Palette.ground
                    "stroke-width", "4"
                    "paint-order", "stroke"
                ]
                x
                y
                text

    let private heads =
        let triangle =
            Markup.shape "path" [ "d", "M 0 0 L 8 4 L 0 8 z"; "fill", Palette.line ] ""

        Markup.element
            "defs"
            []
            (Markup.element
                "marker"
                [
                    "id", "way"
                    "viewBox", "0 0 8 8"
                    "refX", "7"
                    "refY", "4"
                    "markerWidth", "8"
                    "markerHeight", "8"
                    "orient", "auto-start-reverse"
                ]
                triangle)

    /// Where things stand.
    type private Plan = {
        Boxes: Box[]
        Laid: Layers.Laid
        Middles: Map<int, float>
        /// The right end of the widest layer.
        Right: float
    }

    let private isBeside (laid: Layers.Laid) (way: Layers.Way) =
        laid.Layer[way.To] <> laid.Layer[way.From] + 1

    /// A way to the next layer.
    let private down (plan: Plan) (way: Layers.Way) text =
        let first, last = top plan.Laid.Layer[way.From], top plan.Laid.Layer[way.To]
        let fromX, toX = plan.Middles[way.From], plan.Middles[way.To]

        [
            arrow (path [ fromX, first + height; toX, last - 1.0 ])
            label text ((fromX + toX) / 2.0 + 7.0) ((first + height + last) / 2.0 + 3.0)
        ]

    /// A way up, past a layer or to the state itself: around the right side, in a lane of its own.
    let private beside (plan: Plan) lane (way: Layers.Way) text =
        let side node shift =
            plan.Middles[node] + plan.Boxes[node].Width / 2.0,
            top plan.Laid.Layer[node] + height / 2.0 + shift

        let right = plan.Right + 26.0 + 15.0 * float lane
        let isDown = plan.Laid.Layer[way.To] > plan.Laid.Layer[way.From]
        let fromX, fromY = side way.From (if isDown then -4.0 else 8.0)
        let toX, toY = side way.To (if isDown then 4.0 else -8.0)
        let n = Markup.number
        let turn = if toY > fromY then 10.0 else -10.0

        let d =
            $"M {n fromX} {n fromY} H {n (right - 10.0)} Q {n right} {n fromY} {n right} {n (fromY + turn)} "
            + $"V {n (toY - turn)} Q {n right} {n toY} {n (right - 10.0)} {n toY} H {n (toX + 2.0)}"

        [ arrow d; label text (right + 5.0) ((fromY + toY) / 2.0) ]

    let svg (definition: Definition) : string =
        let boxes = boxes definition

        let numberOf = boxes |> List.mapi (fun number box -> box.Name, number) |> Map.ofList

        let edges = edges definition numberOf
        let ways = edges |> List.map fst
        let laid = Layers.lay boxes.Length (ways @ order boxes ways)
        let middles, width = across (Array.ofList boxes) laid

        let plan = {
            Boxes = Array.ofList boxes
            Laid = laid
            Middles = middles
            Right = margin + width
        }

        let besides, downs = edges |> List.partition (fst >> isBeside laid)

        let lanes =
            match besides with
            | [] -> 0.0
            | _ ->
                let said = besides |> List.map (fun (_, text) -> text.Length) |> List.max
                26.0 + 15.0 * float besides.Length + 6.5 * float said

        let high = top laid.Nodes.Length - between + margin

        let name =
            match definition.Name with
            | null -> "workflow"
            | name -> name

        Markup.picture (margin * 2.0 + width + lanes) high $"The states of {name}" [
            heads
            for way, text in downs do
                yield! down plan way text
            for lane, (way, text) in List.indexed besides do
                yield! beside plan lane way text
            for node in 0 .. boxes.Length - 1 do
                yield! draw boxes[node] middles[node] laid.Layer[node]
        ]
