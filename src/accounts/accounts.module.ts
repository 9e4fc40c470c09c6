import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Account, ApiKey, Partner } from './account.entities.js';
import { AccountsController, ApiKeysController, MeController, PartnersController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthGuard } from './auth.guard.js';
import { KeyStanding } from './key-standing.service.js';
import { PartnersService } from './partners.service.js';
import { RequestLimits } from './request-limits.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Account, ApiKey, Partner])],
  controllers: [MeController, AccountsController, ApiKeysController, PartnersController],
  providers: [
    RequestLimits,
    AccountsService,
    ApiKeysService,
    KeyStanding,
    PartnersService,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [AccountsService, KeyStanding],
})
export class AccountsModule {}
