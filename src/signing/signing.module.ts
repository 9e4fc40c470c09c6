import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { SecretBox } from './secret-box.js';
import { loadSecretsKeys, openSecretBox } from './secrets-keys.js';

/** Signature schemes are pure functions; what needs wiring is the box that keeps secrets encrypted. */
@Global()
@Module({
  providers: [
    {
      provide: SecretBox,
      inject: [HUB_CONFIG, DataSource],
      useFactory: (config: HubConfig, dataSource: DataSource) => openSecretBox(loadSecretsKeys(config), dataSource),
    },
  ],
  exports: [SecretBox],
})
export class SigningModule {}
