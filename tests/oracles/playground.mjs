// A plain reading of how TensorFlow Playground draws, starts and learns: one number at a time, in doubles.
// Reads a JSON list of settings on standard input; writes for each the losses after the asked epochs.
import { readFileSync } from "node:fs";

// The generator is an RC4 stream; its key is the seed's character codes, smeared over 256 places.
function numbers(seed) {
  const key = [];
  let smear = 0;
  for (let i = 0; i < seed.length; i++) {
    const at = i & 255;
    smear ^= (key[at] ?? 0) * 19;
    key[at] = (smear + seed.charCodeAt(i)) & 255;
  }
  const box = Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + key[i % key.length] + box[i]) & 255;
    [box[i], box[j]] = [box[j], box[i]];
  }
  let a = 0;
  let b = 0;
  const byte = () => {
    a = (a + 1) & 255;
    const t = box[a];
    b = (b + t) & 255;
    box[a] = box[b];
    box[b] = t;
    return box[(box[a] + t) & 255];
  };
  for (let i = 0; i < 256; i++) byte();
  return () => {
    let n = 0;
    for (let i = 0; i < 6; i++) n = n * 256 + byte();
    let d = 2 ** 48;
    let x = 0;
    while (n < 2 ** 52) {
      n = (n + x) * 256;
      d *= 256;
      x = byte();
    }
    while (n >= 2 ** 53) {
      n /= 2;
      d /= 2;
      x >>>= 1;
    }
    return (n + x) / d;
  };
}

function drawn(name, random, s) {
  const u = (low, high) => random() * (high - low) + low;
  const normal = () => {
    for (;;) {
      const v = 2 * random() - 1;
      const w = 2 * random() - 1;
      const r = v * v + w * w;
      if (r <= 1) return Math.sqrt((-2 * Math.log(r)) / r) * v;
    }
  };
  const out = [];
  if (name === "circle") {
    for (const [low, high] of [[0, 2.5], [3.5, 5]])
      for (let i = 0; i < 250; i++) {
        const r = u(low, high);
        const t = u(0, 2 * Math.PI);
        const [x, y] = [r * Math.sin(t), r * Math.cos(t)];
        const [p, q] = [x + u(-5, 5) * s, y + u(-5, 5) * s];
        out.push([x, y, Math.sqrt(p * p + q * q) < 2.5 ? 1 : -1]);
      }
  } else if (name === "xor") {
    for (let i = 0; i < 500; i++) {
      let x = u(-5, 5);
      x += x > 0 ? 0.3 : -0.3;
      let y = u(-5, 5);
      y += y > 0 ? 0.3 : -0.3;
      const p = x + u(-5, 5) * s;
      out.push([x, y, p * (y + u(-5, 5) * s) >= 0 ? 1 : -1]);
    }
  } else if (name === "gauss") {
    const spread = Math.sqrt(0.5 + 7 * s);
    for (const c of [1, -1])
      for (let i = 0; i < 250; i++) {
        const x = 2 * c + spread * normal();
        out.push([x, 2 * c + spread * normal(), c]);
      }
  } else if (name === "spiral") {
    for (const c of [1, -1])
      for (let i = 0; i < 250; i++) {
        const r = (i / 250) * 5;
        const t = ((1.75 * i) / 250) * 2 * Math.PI + (c > 0 ? 0 : Math.PI);
        const x = r * Math.sin(t) + u(-1, 1) * s;
        out.push([x, r * Math.cos(t) + u(-1, 1) * s, c]);
      }
  } else {
    const bumps = [[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]];
    for (let i = 0; i < 1200; i++) {
      const x = u(-6, 6);
      const y = u(-6, 6);
      const p = x + u(-6, 6) * s;
      const q = y + u(-6, 6) * s;
      let label = (p + q) / 10;
      if (name === "reg-gauss") {
        label = 0;
        for (const [cx, cy, sign] of bumps) {
          const d = Math.sqrt((p - cx) * (p - cx) + (q - cy) * (q - cy));
          const h = sign * Math.max(0, 1 - d / 2);
          if (Math.abs(h) > Math.abs(label)) label = h;
        }
      }
      out.push([x, y, label]);
    }
  }
  for (let left = out.length; left > 0; ) {
    const pick = Math.floor(random() * left);
    left--;
    [out[left], out[pick]] = [out[pick], out[left]];
  }
  return out;
}

const FEATURES = {
  x: (x) => x,
  y: (x, y) => y,
  xSquared: (x) => x * x,
  ySquared: (x, y) => y * y,
  xTimesY: (x, y) => x * y,
  sinX: (x) => Math.sin(x),
  sinY: (x, y) => Math.sin(y),
};

const UNITS = {
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  relu: [(z) => Math.max(0, z), (z) => (z <= 0 ? 0 : 1)],
  sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (z) => { const a = 1 / (1 + Math.exp(-z)); return a * (1 - a); }],
  linear: [(z) => z, () => 1],
};

function run(set) {
  const random = numbers(set.seed);
  const points = drawn(set.data, random, set.noise / 100);
  const cut = Math.floor((points.length * set.percTrainData) / 100);
  const names = Object.keys(FEATURES).filter((name) => set.features.includes(name));
  const rows = points.map(([x, y, label]) => [names.map((name) => FEATURES[name](x, y)), label]);
  const regression = set.data.startsWith("reg-");
  const sizes = [names.length, ...set.shape, 1];
  const layers = sizes.slice(1).map((size, l) => {
    const kind = l < sizes.length - 2 ? set.activation : regression ? "linear" : "tanh";
    return {
      f: UNITS[kind],
      units: Array.from({ length: size }, () => ({
        w: Array.from({ length: sizes[l] }, () => { const w = random() - 0.5; return set.initZero ? 0 : w; }),
        dead: Array(sizes[l]).fill(false),
        b: set.initZero ? 0 : 0.1,
        gw: Array(sizes[l]).fill(0),
        gb: 0,
      })),
    };
  });
  const forward = (input) => {
    let a = input;
    for (const { f, units } of layers) {
      for (const unit of units) {
        unit.z = unit.b;
        for (let i = 0; i < a.length; i++) unit.z += unit.w[i] * a[i];
        unit.a = f[0](unit.z);
        unit.in = a;
      }
      a = units.map((unit) => unit.a);
    }
    return a[0];
  };
  const loss = (part) => part.reduce((sum, [x, t]) => sum + 0.5 * (forward(x) - t) ** 2, 0) / part.length;
  let counted = 0;
  const backward = (target) => {
    let slopes = [layers.at(-1).units[0].a - target];
    for (const { f, units } of layers.toReversed()) {
      const below = Array(units[0].w.length).fill(0);
      units.forEach((unit, j) => {
        const d = slopes[j] * f[1](unit.z);
        unit.gb += d;
        unit.w.forEach((w, i) => {
          unit.gw[i] += d * unit.in[i];
          below[i] += w * d;
        });
      });
      slopes = below;
    }
    counted++;
  };
  const update = () => {
    for (const { units } of layers)
      for (const unit of units) {
        unit.b -= (set.learningRate * unit.gb) / counted;
        unit.gb = 0;
        unit.w.forEach((before, i) => {
          const price = set.regularization === "L1" ? Math.sign(before) : set.regularization === "L2" ? before : 0;
          const stepped = before - (set.learningRate / counted) * unit.gw[i];
          const after = stepped - set.learningRate * set.regularizationRate * price;
          if (!unit.dead[i]) {
            unit.dead[i] = set.regularization === "L1" && stepped * after < 0;
            unit.w[i] = unit.dead[i] ? 0 : after;
          }
          unit.gw[i] = 0;
        });
      }
    counted = 0;
  };
  const [train, test] = [rows.slice(0, cut), rows.slice(cut)];
  const told = {};
  for (let epoch = 0; epoch <= Math.max(...set.epochs); epoch++) {
    if (epoch > 0)
      train.forEach(([x, t], i) => {
        forward(x);
        backward(t);
        if ((i + 1) % set.batchSize === 0) update();
      });
    if (epoch === 0) told.first = [...points[0], layers[0].units[0].w[0]];
    if (set.epochs.includes(epoch)) told[epoch] = [loss(train), loss(test)];
  }
  told.dead = layers.reduce((n, { units }) => n + units.reduce((m, u) => m + u.dead.filter(Boolean).length, 0), 0);
  return told;
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(run)));
